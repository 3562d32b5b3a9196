import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync, mkdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type S3Server, s3Credentials, startS3Server } from '../../test/s3-server.ts';
import { sha256Hex } from '../canonical-json.ts';
import { readSettings } from '../settings.ts';
import type { FileStore } from './file-store.ts';
import { openStore } from './open-store.ts';

/** A store of the world to be tried as well, `s3://BUCKET/PREFIX` (docs/guide-server.md); files stay there. */
const other = process.env['LEUKOSCOPE_TEST_S3'];

let folder: string;
let s3: S3Server;
let store: FileStore;

const bytesOf = (text: string) => new Uint8Array(Buffer.from(text));
const hashOf = (text: string) => sha256Hex(bytesOf(text));

beforeEach(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'leukoscope-store-'));
  s3 = await startS3Server();
});

afterEach(async () => {
  await store?.close();
  await s3.close();
  rmSync(folder, { recursive: true, force: true });
});

describe.each(['folder', 's3', 's3 without checksums', ...(other === undefined ? [] : [other])])(
  'a store in %s',
  (kind) => {
    beforeEach(async () => {
      s3.knowsChecksums = kind === 's3';
      store = await openStore(placeOf(kind));
    });

    test('gives back what was put, from memory and from a file, and knows what it has', async () => {
      const file = path.join(folder, 'a');
      writeFileSync(file, 'from a file');
      expect(await store.put(bytesOf('from memory'))).toEqual({
        sha256: hashOf('from memory'),
        sizeBytes: 11,
      });
      expect(await store.put({ file })).toEqual({ sha256: hashOf('from a file'), sizeBytes: 11 });
      expect(Buffer.from(await store.read(hashOf('from a file'))).toString()).toBe('from a file');
      expect(Buffer.from(await store.read(hashOf('from memory'))).toString()).toBe('from memory');
      expect(await store.has(hashOf('from memory'))).toBe(true);
      expect(await store.has(hashOf('other'))).toBe(false);
      await store.check();
    });

    test('keeps a file of no bytes, one of megabytes, and one that comes twice, once', async () => {
      const large = new Uint8Array(5 * 2 ** 20).map((_, i) => i % 251);
      for (const bytes of [new Uint8Array(), large, large]) await store.put(bytes);
      expect(sha256Hex(await store.read(sha256Hex(large)))).toBe(sha256Hex(large));
      const names = [];
      for await (const name of store.list()) names.push(name);
      expect(names.sort()).toEqual([sha256Hex(new Uint8Array()), sha256Hex(large)].sort());
    });

    test('lists every file, also more than fit a page', async () => {
      const texts = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
      for (const text of texts) await store.put(bytesOf(text));
      const names = [];
      for await (const name of store.list()) names.push(name);
      expect(names).toEqual(texts.map(hashOf).sort());
    });

    test('names a file that is gone, and refuses names that are no hash', async () => {
      await expect(store.read(hashOf('gone'))).rejects.toMatchObject({ code: 'STORE_GONE' });
      await expect(store.read('../../etc/passwd')).rejects.toMatchObject({ code: 'STORE_HASH' });
      await expect(store.has(`${'a'.repeat(63)}/`)).rejects.toMatchObject({ code: 'STORE_HASH' });
    });
  },
);

describe('an S3 store', () => {
  test('never gives out bytes that changed, and never counts them as stored', async () => {
    store = await openStore(s3.place);
    await store.put(bytesOf('cells'));
    for (const stored of s3.objects.values()) stored[0]! ^= 1;
    await expect(store.read(hashOf('cells'))).rejects.toMatchObject({ code: 'STORE_DAMAGED' });
    for (const knowsChecksums of [true, false]) {
      Object.assign(s3, { knowsChecksums, isLying: true });
      await expect(store.put(bytesOf('more'))).rejects.toMatchObject({ code: 'STORE_DAMAGED' });
    }
  });

  test('signs the hash of every body, so that the store refuses other bytes', async () => {
    store = await openStore(s3.place);
    const file = path.join(folder, 'a');
    writeFileSync(file, 'before');
    // Changed between measuring and sending: of the same length, so that only the hash can tell.
    s3.failures = 1;
    s3.onFailure = () => writeFileSync(file, 'after!');
    await expect(store.put({ file })).rejects.toMatchObject({
      code: 'STORE_UNREACHABLE',
      message: expect.stringContaining('SignatureDoesNotMatch'),
    });
    expect([...s3.objects.keys()]).toEqual(['lab/probe']);
  });

  test('tries again when the store is busy, also files', async () => {
    store = await openStore(s3.place);
    const file = path.join(folder, 'a');
    writeFileSync(file, 'busy');
    s3.failures = 2;
    await store.put({ file });
    s3.failures = 2;
    expect(await store.has(hashOf('busy'))).toBe(true);
  });

  test('says that it is full, refused, or not there; and passes when it is back', async () => {
    store = await openStore(s3.place);
    s3.isFull = true;
    await expect(store.put(bytesOf('x'))).rejects.toMatchObject({ status: 507, code: 'DISK_FULL' });
    s3.isFull = false;
    await store.put(bytesOf('x'));
    const stolen = { ...s3.place, credentials: { ...s3Credentials, secretAccessKey: 'guess' } };
    await expect(openStore(stolen)).rejects.toMatchObject({
      code: 'STORE_UNREACHABLE',
      message: expect.stringContaining('SignatureDoesNotMatch'),
    });
    await expect(openStore({ ...s3.place, bucket: 'other' })).rejects.toMatchObject({
      message: expect.stringContaining('NoSuchBucket'),
    });
    await s3.close();
    await expect(store.read(hashOf('x'))).rejects.toMatchObject({
      status: 503,
      code: 'STORE_UNREACHABLE',
    });
    await expect(store.check()).rejects.toMatchObject({ code: 'STORE_UNREACHABLE' });
  });
});

test('a folder forgets what broken uploads left, but not what another process writes now', async () => {
  const temporary = path.join(folder, 'files', 'tmp');
  mkdirSync(temporary, { recursive: true });
  for (const name of ['old', 'new']) writeFileSync(path.join(temporary, name), name);
  const yesterday = Date.now() / 1000 - 25 * 3600;
  utimesSync(path.join(temporary, 'old'), yesterday, yesterday);
  store = await openStore({ folder: path.join(folder, 'files') });
  expect(readdirSync(temporary)).toEqual(['new']);
});

function placeOf(kind: string) {
  if (kind === 'folder') return { folder: path.join(folder, 'files') };
  if (kind !== other) return s3.place;
  // A place of its own each time: the tests look at everything that is there.
  const place = `${other}/test-${randomBytes(8).toString('hex')}`;
  return readSettings({ ...process.env, LEUKOSCOPE_STORAGE: place }).storage;
}
