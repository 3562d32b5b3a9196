/**
 * @file A whole server in a temporary folder, called through `app.inject` by the typed client.
 *
 * The database is PGlite, or PostgreSQL when LEUKOSCOPE_TEST_POSTGRES names one: each server gets a
 * database of its own there.
 */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Client, createClient } from '@leukoscope/client';
import type { Case, Endpoints, Field, Job, RequestOf } from '@leukoscope/contract';
import { createRgbRaster } from '@leukoscope/core';
import { encodePng } from '@leukoscope/image';
import type { FastifyInstance, InjectOptions } from 'fastify';
import { databaseTemplate } from './database-template.ts';
import { newPostgresDatabase } from './postgres-template.ts';
import { testPlace } from './test-place.ts';
import { createApp } from '../src/create-app.ts';
import { type EventHub, startEventHub } from '../src/http/event-hub.ts';
import { createJobHandlers } from '../src/jobs/analyse-field.ts';
import { createLearningHandlers } from '../src/jobs/learn-from-cells.ts';
import {
  defaultLimits,
  defaultWork,
  type Limits,
  type OidcSettings,
  type Settings,
  type WorkSettings,
} from '../src/settings.ts';
import { type Core, openCore } from '../src/start-server.ts';
import type { StoragePlace } from '../src/storage/open-store.ts';

const postgres = process.env['LEUKOSCOPE_TEST_POSTGRES'];

const blobScripts = {
  analyseScript: new URL('./analyse-blobs-host.ts', import.meta.url),
  learnScript: new URL('./learn-blobs-host.ts', import.meta.url),
};
const shippedModels = fileURLToPath(new URL('../../../weights', import.meta.url));

/** What a test server can be told. */
export interface TestServerOptions {
  readonly mode?: 'local' | 'accounts';
  readonly limits?: Partial<Limits>;
  readonly work?: Partial<WorkSettings>;
  readonly behaviour?: string;
  readonly delayMs?: number;
  readonly clock?: () => Date;
  readonly publicUrl?: string;
  readonly oidc?: OidcSettings;
  /** @default 0 */
  readonly trustProxy?: number;
  readonly webFolder?: string;
  /** Analyse and learn with what ships, not with the blobs' model. @default false */
  readonly isReal?: boolean;
  /** More models by their ids; what analyse-blobs-host.ts reads. */
  readonly models?: Readonly<Record<string, object>>;
  /** @default a folder */
  readonly storage?: StoragePlace;
  /** Where the folder of everything is made. @default in memory, or else the temporary folder */
  readonly parent?: string;
}

/** A server under test. */
export interface TestServer extends Core {
  readonly app: FastifyInstance;
  readonly events: EventHub;
  readonly settings: Settings;
  readonly folder: string;
  /** Calls as the local user, or as nobody in accounts mode. */
  readonly client: Client;
  /** Stop, but leave the folder. */
  stop(): Promise<void>;
}

/** Make the settings of a test server in a new folder. */
export async function testSettings(
  options: TestServerOptions = {},
): Promise<Settings & { folder: string }> {
  const folder = mkdtempSync(path.join(options.parent ?? testPlace(), 'leukoscope-test-'));
  const modelsFolder = path.join(folder, 'models');
  mkdirSync(modelsFolder);
  const dataFolder = path.join(folder, 'data');
  if (postgres === undefined) cpSync(await databaseTemplate(), dataFolder, { recursive: true });
  const { behaviour = 'work', delayMs = 0 } = options;
  writeFileSync(path.join(modelsFolder, 'blobs.json'), JSON.stringify({ behaviour, delayMs }));
  writeFileSync(path.join(modelsFolder, 'blobs.md'), '# Blobs\n');
  for (const [id, model] of Object.entries(options.models ?? {})) {
    writeFileSync(path.join(modelsFolder, `${id}.json`), JSON.stringify(model));
  }
  return {
    folder,
    database:
      postgres === undefined
        ? { folder: dataFolder }
        : { url: await newPostgresDatabase(postgres) },
    dataFolder,
    keyFile: path.join(dataFolder, 'ledger.key'),
    storage: options.storage ?? { folder: path.join(dataFolder, 'files') },
    host: '127.0.0.1',
    port: 0,
    mode: options.mode ?? 'local',
    publicUrl: options.publicUrl,
    oidc: options.oidc,
    trustProxy: options.trustProxy ?? 0,
    modelsFolder: options.isReal === true ? shippedModels : modelsFolder,
    webFolder: options.webFolder,
    log: 'silent',
    // 2^10 keeps sign-ins fast; the cost stands in each hash, so nothing else changes.
    limits: { ...defaultLimits, passwordCost: 10, ...options.limits },
    work: { ...defaultWork, retryDelaySeconds: 0, ...options.work },
  };
}

/** Start a server. Without workers jobs stay queued. */
export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const settings = await testSettings(options);
  const core = await openCore(settings, {
    ...(options.isReal === true ? {} : blobScripts),
    ...(options.clock === undefined ? {} : { clock: options.clock }),
  });
  const events = await startEventHub(core.context.db);
  const app = await createApp({ context: core.context, events, version: 'test', settings });
  await app.ready();
  if (settings.work.workers > 0) {
    await core.context.queue.take(
      createJobHandlers(core.context, core.pool),
      settings.work.workers,
    );
    const handlers = createLearningHandlers(core.context, core.learners);
    await core.context.queue.learnings.take(handlers, 1);
  }
  const stop = async () => {
    await app.close();
    await events.close();
    await core.close();
  };
  return {
    ...core,
    app,
    events,
    settings,
    folder: settings.folder,
    client: clientOf(app),
    stop,
    close: async () => {
      await stop();
      rmSync(settings.folder, { recursive: true, force: true });
    },
  };
}

/** Make a client whose requests go straight into the application, with extra headers. */
export function clientOf(app: FastifyInstance, headers: Record<string, string> = {}): Client {
  return createClient({
    fetch: async (url, init) => {
      const { body } = init ?? {};
      const response = await app.inject({
        method: parseMethod(init?.method),
        url: String(url),
        headers: {
          ...Object.fromEntries(new Headers(init?.headers)),
          host: 'localhost',
          ...headers,
        },
        ...(body === undefined || body === null
          ? {}
          : { payload: body instanceof Uint8Array ? Buffer.from(body) : String(body) }),
      });
      const isEmpty = response.statusCode === 204;
      return new Response(isEmpty ? null : new Uint8Array(response.rawPayload), {
        status: response.statusCode,
      });
    },
  });
}

/** What a blob of a test image is. */
export type Blob = 'neutrophil' | 'lymphocyte' | 'unsure';

const colours = {
  neutrophil: [150, 60, 200],
  lymphocyte: [60, 60, 200],
  unsure: [90, 90, 90],
} as const;

/** Draw a PNG with blobs in a row. `salt` makes otherwise equal images different files. */
export async function blobImage(blobs: readonly Blob[], salt = 0): Promise<Uint8Array> {
  const raster = createRgbRaster({ width: 40 * blobs.length + 20, height: 60 });
  raster.data.fill(230);
  raster.data[0] = 200 + (salt % 50);
  raster.data[1] = 200 + Math.floor(salt / 50);
  blobs.forEach((blob, i) => {
    for (let y = -12; y <= 12; y++) {
      for (let x = -12; x <= 12; x++) {
        if (x * x + y * y > 144) continue;
        raster.data.set(colours[blob], ((30 + y) * raster.width + 30 + 40 * i + x) * 3);
      }
    }
  });
  return encodePng(raster);
}

/** Upload bytes as a field. */
export async function upload(
  client: Client,
  caseId: string,
  data: Uint8Array,
  fileName = 'field.png',
): Promise<Field> {
  const { id } = await client.createUpload({
    params: { id: caseId },
    body: { fileName, sizeBytes: data.length },
  });
  await client.sendChunk({ params: { id }, query: { offset: 0 }, body: data });
  return client.finishUpload({ params: { id } });
}

/** Wait until every job of a case is over. */
export async function jobsOver(client: Client, caseId: string, limitMs = 20_000): Promise<Job[]> {
  const until = Date.now() + limitMs;
  for (;;) {
    const { items } = await client.listJobs({ query: { caseId, limit: 200 } });
    if (items.every((job) => job.state !== 'queued' && job.state !== 'active')) return items;
    if (Date.now() > until) throw new Error(`jobs did not end: ${JSON.stringify(items)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Read what a signature would bind and sign it, as a person does who looks at the screen. */
export async function signAsShown(
  client: Client,
  id: string,
  words: Partial<RequestOf<Endpoints['signCase']>['body']> = {},
): Promise<Case> {
  const { sha256 } = await client.getSigning({ params: { id } });
  const body = { sha256, meaning: 'approved' as const, acceptsFewer: true, ...words };
  return client.signCase({ params: { id }, body });
}

/** Make a case with one analysed field. */
export async function analysedCase(server: TestServer, blobs: readonly Blob[], number = 'S-1') {
  const { client } = server;
  const made = await client.createCase({ body: { number } });
  const field = await upload(client, made.id, await blobImage(blobs));
  await jobsOver(client, made.id);
  const { items: cells } = await client.listCells({ params: { id: made.id } });
  return { id: made.id, field, cells };
}

function parseMethod(method: string | undefined): NonNullable<InjectOptions['method']> {
  return (method ?? 'GET') as NonNullable<InjectOptions['method']>;
}
