import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { forgetOldUploads } from '../src/services/uploads.ts';
import { blobImage, clientOf, startTestServer } from './test-server.ts';

test('an upload is there for who announced it, and one person has so many open at most', async () => {
  const server = await startTestServer({ work: { workers: 0 }, limits: { openUploads: 2 } });
  try {
    const [ann, ben] = await Promise.all(
      ['ann', 'ben'].map(async (name) => {
        const { secret } = await server.client.createApiKey({ body: { name, role: 'reviewer' } });
        return clientOf(server.app, { authorization: `Bearer ${secret}` });
      }),
    );
    const params = { id: (await server.client.createCase({ body: { number: 'UP' } })).id };
    const body = { fileName: 'a.png', sizeBytes: 3 };
    const { id } = await ann!.createUpload({ params, body });
    const missing = { status: 404, code: 'UPLOAD_MISSING' };
    const chunk = { params: { id }, query: { offset: 0 }, body: new Uint8Array([1, 2, 3]) };
    await expect(ben!.getUpload({ params: { id } })).rejects.toMatchObject(missing);
    await expect(ben!.sendChunk(chunk)).rejects.toMatchObject(missing);
    await expect(ben!.finishUpload({ params: { id } })).rejects.toMatchObject(missing);
    await expect(ben!.cancelUpload({ params: { id } })).rejects.toMatchObject(missing);
    expect(await ann!.sendChunk(chunk)).toMatchObject({ offset: 3 });
    const second = await ann!.createUpload({ params, body });
    const third = () => ann!.createUpload({ params, body });
    await expect(third()).rejects.toMatchObject({ status: 429, code: 'UPLOADS_OPEN' });
    await ben!.createUpload({ params, body });
    await ann!.cancelUpload({ params: { id: second.id } });
    await third();
  } finally {
    await server.close();
  }
}, 120_000);

test('files on their way have a quota in bytes, and an end when nobody goes on with them', async () => {
  let now = new Date();
  const server = await startTestServer({
    work: { workers: 0 },
    limits: { openUploadBytes: 100 },
    clock: () => now,
  });
  try {
    const { client, context } = server;
    const params = { id: (await client.createCase({ body: { number: 'QUOTA' } })).id };
    const announce = (sizeBytes: number) =>
      client.createUpload({ params, body: { fileName: 'a.png', sizeBytes } });
    const first = await announce(60);
    const chunk = { query: { offset: 0 }, body: new Uint8Array(10) };
    await client.sendChunk({ params: { id: first.id }, ...chunk });
    await expect(announce(41)).rejects.toMatchObject({ status: 429, code: 'UPLOADS_OPEN' });
    const second = await announce(40);
    await client.sendChunk({ params: { id: second.id }, ...chunk });
    // Left behind by a process that was killed between the database and the file.
    const folder = context.uploadsFolder;
    writeFileSync(path.join(folder, 'nobody.part'), 'x');
    const borderline = now;
    now = new Date(now.getTime() + 3_600_000);
    await client.sendChunk({ params: { id: second.id }, query: { offset: 10 }, body: chunk.body });
    expect(await forgetOldUploads(context, new Date(borderline.getTime() + 1))).toBe(2);
    expect(readdirSync(folder)).toEqual([`${second.id}.part`]);
    await expect(client.getUpload({ params: { id: first.id } })).rejects.toMatchObject({
      status: 404,
    });
    expect(await client.getUpload({ params: { id: second.id } })).toMatchObject({ offset: 20 });
    await announce(60);
  } finally {
    await server.close();
  }
}, 120_000);

test('a case that is refused for a while keeps the file that was sent for it', async () => {
  const server = await startTestServer({ work: { workers: 0 }, limits: { waitingJobs: 1 } });
  try {
    const { client } = server;
    const params = { id: (await client.createCase({ body: { number: 'LATER' } })).id };
    const files = [await blobImage(['neutrophil'], 1), await blobImage(['neutrophil'], 2)];
    const sent: string[] = [];
    for (const body of files) {
      const { id } = await client.createUpload({
        params,
        body: { fileName: 'a.png', sizeBytes: body.length },
      });
      await client.sendChunk({ params: { id }, query: { offset: 0 }, body });
      sent.push(id);
    }
    await client.finishUpload({ params: { id: sent[0]! } });
    const late = () => client.finishUpload({ params: { id: sent[1]! } });
    await expect(late()).rejects.toMatchObject({ status: 503, code: 'QUEUE_FULL' });
    const { items } = await client.listFields({ params });
    const { id: fieldId, revision } = items[0]!;
    await client.removeField({ params: { id: fieldId }, body: { revision } });
    expect(await late()).toMatchObject({ fileName: 'a.png' });
  } finally {
    await server.close();
  }
}, 120_000);
