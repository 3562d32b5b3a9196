/**
 * @file Files in an S3-compatible store, so that workers on other machines need no shared folder.
 *
 * The hash of every file is signed with its request, which makes the store itself refuse other bytes;
 * before a file counts as stored, the store must say its SHA-256, or else it is read back.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import {
  GetObjectCommand,
  type GetObjectCommandOutput,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  type S3ClientConfig,
} from '@aws-sdk/client-s3';
import { LeukoscopeError, messageOf } from '@leukoscope/core';
import { sha256Hex } from '../canonical-json.ts';
import { HttpError } from '../http-error.ts';
import { checkHash, type FileStore, fileDamaged, fileGone, type StoredFile } from './file-store.ts';
import { hashBytes } from './hash-bytes.ts';

/** Where an S3 store is. */
export interface S3Place {
  readonly bucket: string;
  /** Begins every key: empty, or ends with a slash. */
  readonly prefix: string;
  /** @default Amazon's, by region */
  readonly endpoint?: string | undefined;
  /** @default us-east-1 */
  readonly region?: string | undefined;
  /** @default AWS's chain: environment, shared files, role of the machine */
  readonly credentials?: S3ClientConfig['credentials'];
}

const connectMs = 5000;
const answerMs = 120_000;
/** Streams cannot be sent again by the client, so files are tried this often here. */
const fileTries = 3;

type Source = Uint8Array | { readonly file: string };

/** Open a bucket, or a prefix in it, as a store; throws when it cannot be written. */
export async function openS3Store(place: S3Place): Promise<FileStore> {
  const { bucket, prefix, endpoint, region = 'us-east-1', credentials } = place;
  const client = new S3Client({
    region,
    // Stores of one's own seldom have a host name for each bucket.
    ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
    ...(credentials === undefined ? {} : { credentials }),
    // Its own checksums come as trailers behind the bytes, which some stores keep as part of the file.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    // It would warn on the console of what is tried again here.
    logger: { debug: ignore, info: ignore, warn: ignore, error: ignore },
    requestHandler: { connectionTimeout: connectMs, requestTimeout: answerMs },
  });
  const keyOf = (sha256: string) => `${prefix}${sha256.slice(0, 2)}/${sha256}`;
  const at = (key: string) => ({ Bucket: bucket, Key: key });

  const send = (key: string, source: Source, { sha256, sizeBytes }: StoredFile) => {
    const command = new PutObjectCommand({
      ...at(key),
      Body: source instanceof Uint8Array ? source : createReadStream(source.file),
      ContentLength: sizeBytes,
      ContentType: 'application/octet-stream',
      ChecksumSHA256: toBase64(sha256),
    });
    command.middlewareStack.add(
      (next) => (args) => {
        parseRequest(args.request).headers['x-amz-content-sha256'] = sha256;
        return next(args);
      },
      { step: 'build', name: 'signContentHash' },
    );
    return client.send(command);
  };
  const verify = async (key: string, { sha256, sizeBytes }: StoredFile) => {
    const head = await client.send(new HeadObjectCommand({ ...at(key), ChecksumMode: 'ENABLED' }));
    if (head.ContentLength !== sizeBytes) {
      throw fileDamaged(sha256, `unknown: ${head.ContentLength} of ${sizeBytes} bytes`);
    }
    const found =
      head.ChecksumSHA256 === undefined
        ? await hashBytes(await bytesOf(await client.send(new GetObjectCommand(at(key)))))
        : Buffer.from(head.ChecksumSHA256, 'base64').toString('hex');
    if (found !== sha256) throw fileDamaged(sha256, found);
  };

  const store: FileStore = {
    put: (source) =>
      speaking(place, async () => {
        const stored = await measure(source);
        const key = keyOf(stored.sha256);
        for (let tries = 1; ; tries++) {
          try {
            await send(key, source, stored);
            break;
          } catch (error) {
            const isWorthAnother = !(source instanceof Uint8Array) && tries < fileTries;
            if (!isWorthAnother || isRefusal(error)) throw error;
          }
        }
        await verify(key, stored);
        return stored;
      }),
    read: async (sha256) => {
      checkHash(sha256);
      const bytes = await speaking(place, async () => {
        try {
          return await bytesOf(await client.send(new GetObjectCommand(at(keyOf(sha256)))));
        } catch (error) {
          throw isGone(error) ? fileGone(sha256) : error;
        }
      });
      const found = await hashBytes(bytes);
      if (found !== sha256) throw fileDamaged(sha256, found);
      return bytes;
    },
    has: async (sha256) => {
      checkHash(sha256);
      return speaking(place, async () => {
        try {
          await client.send(new HeadObjectCommand(at(keyOf(sha256))));
          return true;
        } catch (error) {
          if (isGone(error)) return false;
          throw error;
        }
      });
    },
    list: async function* () {
      let token: string | undefined;
      do {
        const page = await speaking(place, () =>
          client.send(
            new ListObjectsV2Command({
              Bucket: bucket,
              Prefix: prefix,
              ...(token === undefined ? {} : { ContinuationToken: token }),
            }),
          ),
        );
        for (const { Key: key = '' } of page.Contents ?? []) {
          const name = key.slice(-64);
          if (/^[0-9a-f]{64}$/.test(name) && key === keyOf(name)) yield name;
        }
        token = page.NextContinuationToken;
      } while (token !== undefined);
    },
    // One key for all processes: what is written again and again must not pile up.
    check: () =>
      speaking(place, async () => {
        const probe = Buffer.from('probe');
        const stored = { sha256: sha256Hex(probe), sizeBytes: probe.length };
        await send(`${prefix}probe`, probe, stored);
        await verify(`${prefix}probe`, stored);
      }),
    close: async () => client.destroy(),
  };
  try {
    await store.check();
  } catch (error) {
    client.destroy();
    throw error;
  }
  return store;
}

async function measure(source: Source): Promise<StoredFile> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  const chunks = source instanceof Uint8Array ? [source] : createReadStream(source.file);
  for await (const chunk of chunks) {
    hash.update(chunk);
    sizeBytes += chunk.length;
  }
  return { sha256: hash.digest('hex'), sizeBytes };
}

async function bytesOf(answer: GetObjectCommandOutput): Promise<Uint8Array> {
  if (answer.Body === undefined) throw new Error('the store answered without a body');
  return answer.Body.transformToByteArray();
}

/** Put what a store or the way to it says into our words. */
async function speaking<T>(place: S3Place, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof LeukoscopeError) throw error;
    if (statusOf(error) === 507 || nameOf(error) === 'XMinioStorageFull') {
      throw new HttpError(
        507,
        'DISK_FULL',
        `store must have free space. Received a full one: s3://${place.bucket}; nothing was changed. Free some space and repeat.`,
        { cause: error },
      );
    }
    throw new HttpError(
      503,
      'STORE_UNREACHABLE',
      `store must be an S3 bucket that can be read and written. Received ${nameOf(error)} (${messageOf(error)}) from s3://${place.bucket}${place.endpoint === undefined ? '' : ` at ${place.endpoint}`}. Check LEUKOSCOPE_STORAGE and the AWS_ settings, or repeat in a moment.`,
      { cause: error },
    );
  }
}

function isGone(error: unknown): boolean {
  return nameOf(error) === 'NoSuchKey' || (nameOf(error) === 'NotFound' && statusOf(error) === 404);
}

/** What the store refuses for a reason, it refuses again. */
function isRefusal(error: unknown): boolean {
  const status = statusOf(error);
  return status !== undefined && (status < 500 || status === 507);
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'fault';
}

function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('$metadata' in error)) return undefined;
  const metadata = error.$metadata;
  if (typeof metadata !== 'object' || metadata === null) return undefined;
  return 'httpStatusCode' in metadata && typeof metadata.httpStatusCode === 'number'
    ? metadata.httpStatusCode
    : undefined;
}

function ignore(): void {}

function toBase64(hex: string): string {
  return Buffer.from(hex, 'hex').toString('base64');
}

/** The client's middleware declares its request as unknown. */
function parseRequest(request: unknown): { headers: Record<string, string> } {
  return request as { headers: Record<string, string> };
}
