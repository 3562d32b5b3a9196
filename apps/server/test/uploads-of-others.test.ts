import { expect, test } from 'vitest';
import { clientOf, startTestServer } from './test-server.ts';

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
