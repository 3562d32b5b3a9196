import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { backUp, restore } from '../src/backup/backup.ts';
import { verifyAll } from '../src/backup/verify.ts';
import { type S3Server, startS3Server } from './s3-server.ts';
import {
  analysedCase,
  blobImage,
  startTestServer,
  type TestServer,
  upload,
} from './test-server.ts';

let s3: S3Server;
let server: TestServer;

beforeEach(async () => {
  s3 = await startS3Server();
  server = await startTestServer({ storage: s3.place });
}, 60_000);

afterEach(async () => {
  await server.close();
  await s3.close();
}, 60_000);

test('with images in an S3 store, cases are uploaded, analysed, shown, and moved into a folder by a backup', async () => {
  const { id, field, cells } = await analysedCase(server, ['neutrophil', 'lymphocyte']);
  expect(cells).toHaveLength(2);
  const get = (url: string) => server.app.inject({ url, headers: { host: 'localhost' } });
  for (const form of ['display', 'original', 'thumbnail']) {
    expect((await get(`/api/fields/${field.id}/image?form=${form}`)).statusCode).toBe(200);
  }
  expect((await get(`/api/cells/${cells[0]!.id}/crop`)).statusCode).toBe(200);
  expect(await verifyAll(server.context)).toEqual([]);

  const folder = path.join(server.folder, 'backup');
  // The image serves as its own display form; the thumbnail is the second file.
  expect(await backUp(server.context, folder)).toMatchObject({ files: 2 });
  const other = await startTestServer();
  try {
    await restore(other.context, folder, { keyFile: server.settings.keyFile });
    expect((await other.client.listCells({ params: { id } })).items).toEqual(cells);
    expect(await verifyAll(other.context)).toEqual([]);
  } finally {
    await other.close();
  }
}, 60_000);

test('a store that is full or gone refuses uploads by name, readiness tells, and both pass', async () => {
  const { client } = server;
  const { id } = await client.createCase({ body: { number: 'S3' } });
  const bytes = await blobImage(['neutrophil'], 1);
  const announced = await client.createUpload({
    params: { id },
    body: { fileName: 'a.png', sizeBytes: bytes.length },
  });
  const params = { id: announced.id };
  await client.sendChunk({ params, query: { offset: 0 }, body: bytes });
  s3.isFull = true;
  await expect(client.finishUpload({ params })).rejects.toMatchObject({
    status: 507,
    code: 'DISK_FULL',
  });
  s3.isFull = false;
  s3.failures = 1000;
  await expect(client.finishUpload({ params })).rejects.toMatchObject({
    status: 503,
    code: 'STORE_UNREACHABLE',
  });
  const ready = await server.app.inject({ url: '/ready', headers: { host: 'localhost' } });
  expect([ready.statusCode, ready.json().checks]).toEqual([
    503,
    { database: true, storage: false, queue: true },
  ]);
  s3.failures = 0;
  expect(await client.finishUpload({ params })).toMatchObject({ sizeBytes: bytes.length });
  await upload(client, id, await blobImage(['neutrophil'], 2));
  expect(await verifyAll(server.context)).toEqual([]);
}, 60_000);
