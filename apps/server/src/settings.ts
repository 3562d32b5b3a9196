/**
 * @file The settings of a server process, read once from the environment and checked at the door.
 *
 * docs/guide-server.md lists them. The only file that reads `process.env`.
 */
import { existsSync, readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { LeukoscopeError, messageOf } from '@leukoscope/core';
import { z } from 'zod';
import type { StoragePlace } from './storage/open-store.ts';

const megabyte = 2 ** 20;
/** S3 takes 5 GiB in one request. */
const mostS3Megabytes = 5000;
/** The web application as `npm run build -w apps/web` leaves it. */
const builtWeb = fileURLToPath(new URL('../../web/dist', import.meta.url));
/** The repository's `weights`. */
const shippedModels = fileURLToPath(new URL('../../../weights', import.meta.url));
/** Files of the largest size that one person may have on their way. */
const openLargest = 16;
const flag = z.enum(['0', '1']).transform((text) => text === '1');

const environmentSchema = z.object({
  LEUKOSCOPE_DATA: z.string().min(1).default(path.join(os.homedir(), '.leukoscope')),
  DATABASE_URL: z.string().startsWith('postgres').optional(),
  LEUKOSCOPE_KEY_FILE: z.string().min(1).optional(),
  LEUKOSCOPE_STORAGE: z
    .string()
    .regex(
      /^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](\/(?!\.\.?(\/|$))[\w!.*'()-]+)*\/?$/,
      'write s3://BUCKET or s3://BUCKET/PREFIX',
    )
    .optional(),
  AWS_ENDPOINT_URL: z.url({ protocol: /^https?$/ }).optional(),
  AWS_ENDPOINT_URL_S3: z.url({ protocol: /^https?$/ }).optional(),
  AWS_REGION: z.string().min(1).optional(),
  AWS_DEFAULT_REGION: z.string().min(1).optional(),
  LEUKOSCOPE_HOST: z.string().min(1).default('127.0.0.1'),
  LEUKOSCOPE_PORT: z.coerce.number().int().min(0).max(65_535).default(8642),
  LEUKOSCOPE_MODE: z.enum(['local', 'accounts']).default('local'),
  LEUKOSCOPE_PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  LEUKOSCOPE_OIDC_ISSUER: z.url({ protocol: /^https?$/ }).optional(),
  LEUKOSCOPE_OIDC_CLIENT_ID: z.string().min(1).optional(),
  LEUKOSCOPE_OIDC_SECRET_FILE: z.string().min(1).optional(),
  LEUKOSCOPE_OIDC_NAME: z.string().trim().min(1).max(60).default('your organisation'),
  LEUKOSCOPE_TRUST_PROXY: z.coerce.number().int().min(0).max(9).default(0),
  LEUKOSCOPE_MODELS: z.string().min(1).optional(),
  LEUKOSCOPE_WEB: z.string().min(1).optional(),
  LEUKOSCOPE_DEMO: flag.default(true),
  LEUKOSCOPE_WORKERS: z.coerce.number().int().min(0).max(64).default(1),
  LEUKOSCOPE_MAX_UPLOAD_MB: z.coerce.number().int().min(1).max(10_000).default(512),
  LEUKOSCOPE_MAX_MEGAPIXELS: z.coerce.number().min(1).max(4000).default(200),
  LEUKOSCOPE_JOB_MINUTES: z.coerce.number().min(0.1).max(600).default(20),
  LEUKOSCOPE_JOB_MEMORY_MB: z.coerce.number().int().min(256).max(1_000_000).default(4096),
  LEUKOSCOPE_LOG: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
});

/** The settings of a server process. */
export interface Settings {
  readonly database: { readonly url: string } | { readonly folder: string };
  /** Database, if embedded, and unfinished uploads. */
  readonly dataFolder: string;
  /** The keys that seal histories: outside the database. */
  readonly keyFile: string;
  /** Where image files are. */
  readonly storage: StoragePlace;
  readonly host: string;
  readonly port: number;
  readonly mode: 'local' | 'accounts';
  /** The address people use, behind a proxy; decides on secure cookies. */
  readonly publicUrl: string | undefined;
  /** The organisation's sign-in provider. */
  readonly oidc: OidcSettings | undefined;
  /** How many proxies stand in front: each adds an address to a header, and clients may begin it with lies. */
  readonly trustProxy: number;
  readonly modelsFolder: string;
  readonly webFolder: string | undefined;
  /** Make the demonstration case in an empty database, in local mode. @default false */
  readonly hasDemo?: boolean;
  readonly log: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  readonly limits: Limits;
  readonly work: WorkSettings;
}

/** The organisation's sign-in provider, and who this server is to it. */
export interface OidcSettings {
  /** What people call it, in "Sign in with ...". */
  readonly name: string;
  readonly issuer: string;
  readonly clientId: string;
  /** Undefined: a public client, bound by PKCE alone. */
  readonly clientSecret: string | undefined;
  /** Where the provider sends browsers back to. */
  readonly redirectUri: string;
}

/** What requests may use. */
export interface Limits {
  readonly uploadBytes: number;
  readonly chunkBytes: number;
  readonly pixels: number;
  readonly requestsPerMinute: number;
  /** Analyses that may wait: whoever comes later is told so. */
  readonly waitingJobs: number;
  readonly signInsPerMinute: number;
  /** Files that one person may have announced and not finished. */
  readonly openUploads: number;
  /** Bytes of those files. */
  readonly openUploadBytes: number;
  readonly sessionIdleMs: number;
  readonly sessionLifeMs: number;
  /** log2 of scrypt's N; 16 with r 8, p 2 takes 64 MiB (OWASP's second choice). */
  readonly passwordCost: number;
}

/** How jobs run. */
export interface WorkSettings {
  /** Analyses at the same time in this process; 0 leaves all work to other processes. */
  readonly workers: number;
  readonly jobMs: number;
  readonly jobMemoryBytes: number;
  /** A job runs again when its process has been silent for this long. At least 10. */
  readonly heartbeatSeconds: number;
  readonly retries: number;
  readonly retryDelaySeconds: number;
}

/** Limits that fit one laboratory. */
export const defaultLimits: Limits = {
  uploadBytes: 512 * megabyte,
  chunkBytes: 8 * megabyte,
  pixels: 200e6,
  requestsPerMinute: 6000,
  waitingJobs: 5000,
  openUploads: 1000,
  openUploadBytes: openLargest * 512 * megabyte,
  signInsPerMinute: 10,
  sessionIdleMs: 2 * 3_600_000,
  sessionLifeMs: 24 * 3_600_000,
  passwordCost: 16,
};

/** How jobs run unless told otherwise. */
export const defaultWork: WorkSettings = {
  workers: 1,
  jobMs: 20 * 60_000,
  jobMemoryBytes: 4096 * megabyte,
  heartbeatSeconds: 15,
  retries: 2,
  retryDelaySeconds: 1,
};

/** Read the settings of this process. */
export function readSettings(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Settings {
  const parsed = environmentSchema.safeParse(environment);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    const name = String(issue.path[0]);
    throw new LeukoscopeError(
      'SETTINGS',
      `setting ${name} must be valid: ${issue.message}. Received ${JSON.stringify(environment[name])}. See docs/guide-server.md.`,
    );
  }
  const e = parsed.data;
  const dataFolder = path.resolve(e.LEUKOSCOPE_DATA);
  if (e.LEUKOSCOPE_MODE === 'local' && !isLoopback(e.LEUKOSCOPE_HOST)) {
    throw new LeukoscopeError(
      'SETTINGS',
      `setting LEUKOSCOPE_HOST must be a loopback address in local mode, which has no sign-in. Received "${e.LEUKOSCOPE_HOST}". Set LEUKOSCOPE_MODE=accounts to be reached from other machines.`,
    );
  }
  return {
    database: e.DATABASE_URL === undefined ? { folder: dataFolder } : { url: e.DATABASE_URL },
    dataFolder,
    keyFile: path.resolve(e.LEUKOSCOPE_KEY_FILE ?? path.join(dataFolder, 'ledger.key')),
    storage: storageOf(e, dataFolder),
    host: e.LEUKOSCOPE_HOST,
    port: e.LEUKOSCOPE_PORT,
    mode: e.LEUKOSCOPE_MODE,
    publicUrl: e.LEUKOSCOPE_PUBLIC_URL,
    oidc: oidcOf(e),
    trustProxy: e.LEUKOSCOPE_TRUST_PROXY,
    modelsFolder: path.resolve(e.LEUKOSCOPE_MODELS ?? shippedModels),
    webFolder: webFolderOf(e.LEUKOSCOPE_WEB),
    hasDemo: e.LEUKOSCOPE_DEMO && e.LEUKOSCOPE_MODE === 'local',
    log: e.LEUKOSCOPE_LOG,
    limits: {
      ...defaultLimits,
      uploadBytes: e.LEUKOSCOPE_MAX_UPLOAD_MB * megabyte,
      openUploadBytes: openLargest * e.LEUKOSCOPE_MAX_UPLOAD_MB * megabyte,
      pixels: e.LEUKOSCOPE_MAX_MEGAPIXELS * 1e6,
    },
    work: {
      ...defaultWork,
      workers: e.LEUKOSCOPE_WORKERS,
      jobMs: e.LEUKOSCOPE_JOB_MINUTES * 60_000,
      jobMemoryBytes: e.LEUKOSCOPE_JOB_MEMORY_MB * megabyte,
    },
  };
}

function storageOf(e: z.output<typeof environmentSchema>, dataFolder: string): StoragePlace {
  if (e.LEUKOSCOPE_STORAGE === undefined) return { folder: path.join(dataFolder, 'files') };
  if (e.LEUKOSCOPE_MAX_UPLOAD_MB > mostS3Megabytes) {
    throw new LeukoscopeError(
      'SETTINGS',
      `setting LEUKOSCOPE_MAX_UPLOAD_MB must be at most ${mostS3Megabytes} with an S3 store. Received ${e.LEUKOSCOPE_MAX_UPLOAD_MB}. Lower it, or keep files in a folder.`,
    );
  }
  const [bucket = '', ...folders] = e.LEUKOSCOPE_STORAGE.slice('s3://'.length)
    .split('/')
    .filter((part) => part !== '');
  return {
    bucket,
    prefix: folders.map((folder) => `${folder}/`).join(''),
    endpoint: e.AWS_ENDPOINT_URL_S3 ?? e.AWS_ENDPOINT_URL,
    region: e.AWS_REGION ?? e.AWS_DEFAULT_REGION,
  };
}

function oidcOf(e: z.output<typeof environmentSchema>): OidcSettings | undefined {
  const { LEUKOSCOPE_OIDC_ISSUER: issuer, LEUKOSCOPE_OIDC_CLIENT_ID: clientId } = e;
  if (issuer === undefined && clientId === undefined) return undefined;
  const refuse = (name: string, rule: string, received: string | undefined) => {
    throw new LeukoscopeError(
      'SETTINGS',
      `setting ${name} must ${rule}. Received ${JSON.stringify(received ?? null)}. See docs/guide-server.md, "Signing in with your organisation".`,
    );
  };
  if (issuer === undefined) return refuse('LEUKOSCOPE_OIDC_ISSUER', 'name the provider', issuer);
  if (clientId === undefined) {
    return refuse('LEUKOSCOPE_OIDC_CLIENT_ID', 'be the name that the provider gave', clientId);
  }
  const { protocol, hostname } = new URL(issuer);
  if (protocol === 'http:' && !isLoopback(hostname)) {
    return refuse('LEUKOSCOPE_OIDC_ISSUER', 'begin with https: unless it is this machine', issuer);
  }
  const { LEUKOSCOPE_PUBLIC_URL: publicUrl, LEUKOSCOPE_MODE: mode } = e;
  if (publicUrl === undefined) {
    return refuse('LEUKOSCOPE_PUBLIC_URL', 'be the address that browsers come back to', publicUrl);
  }
  if (mode !== 'accounts')
    return refuse('LEUKOSCOPE_MODE', 'be accounts for people to sign in', mode);
  return {
    name: e.LEUKOSCOPE_OIDC_NAME,
    issuer,
    clientId,
    clientSecret: secretIn(e.LEUKOSCOPE_OIDC_SECRET_FILE),
    redirectUri: new URL('/oidc', publicUrl).href,
  };
}

/** Secrets come in files: what stands in the environment stands in process lists too. */
function secretIn(file: string | undefined): string | undefined {
  if (file === undefined) return undefined;
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (cause) {
    throw new LeukoscopeError(
      'SETTINGS',
      `setting LEUKOSCOPE_OIDC_SECRET_FILE must name a file that can be read. Received "${file}": ${messageOf(cause)}. Write the client's secret into it.`,
      { cause },
    );
  }
}

/** Without a setting the built application, when there is one: the server works without it too. */
function webFolderOf(setting: string | undefined): string | undefined {
  const folder = path.resolve(setting ?? builtWeb);
  if (existsSync(path.join(folder, 'index.html'))) return folder;
  if (setting === undefined) return undefined;
  throw new LeukoscopeError(
    'SETTINGS',
    `setting LEUKOSCOPE_WEB must be a folder with the built web application. Received "${setting}", which has no index.html. Run npm run build -w apps/web, or leave the setting out.`,
  );
}

/** Tell whether a host name or address reaches this machine only. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127(\.\d+){3}$/.test(host);
}
