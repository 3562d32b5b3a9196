import { expect, test } from 'vitest';
import { createClient } from './create-client.ts';
import { uploadFile } from './upload-file.ts';

const id = '0190a5d0-0000-7000-8000-000000000001';
const at = '2026-01-01T00:00:00.000Z';
const data = Uint8Array.from({ length: 10 }, (_, i) => i);

/** A server that keeps bytes like ours; `fail` may break the n-th chunk before or after it is kept. */
function uploadServer(fail: (chunk: number) => 'before' | 'after' | 'refuse' | undefined) {
  const kept: number[] = [];
  const announced: unknown[] = [];
  let chunks = 0;
  const state = () => ({
    id,
    caseId: id,
    fileName: 'a.png',
    sizeBytes: 10,
    offset: kept.length,
    fieldId: null,
    createdAt: at,
  });
  const json = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status });
  const error = (code: string, status: number) =>
    json({ error: { code, message: code, status, requestId: 'r' } }, status);
  const fetch = async (url: unknown, init?: RequestInit) => {
    const address = new URL(String(url), 'http://x');
    if (address.pathname.endsWith('/finish')) {
      return json({
        id,
        caseId: id,
        position: 1,
        fileName: 'a.png',
        sha256: '0'.repeat(64),
        mediaType: 'image/png',
        sizeBytes: 10,
        width: 1,
        height: 1,
        pixelSizeUm: null,
        revision: 0,
        state: 'queued',
        failure: null,
        analysis: null,
        flags: [],
        cells: 0,
        createdAt: at,
      });
    }
    if (init?.method === 'POST') announced.push(JSON.parse(String(init.body)));
    if (init?.method !== 'PUT') return json(state());
    const fault = fail(chunks++);
    if (fault === 'refuse') return error('UPLOAD_TOO_LARGE', 413);
    if (fault === 'before') throw new TypeError('fetch failed');
    if (Number(address.searchParams.get('offset')) !== kept.length)
      return error('UPLOAD_OFFSET', 409);
    kept.push(...(init.body as Uint8Array));
    if (fault === 'after') throw new TypeError('fetch failed');
    return json(state());
  };
  return { kept, announced, fetch };
}

const file = { name: 'a.png', data: new Blob([data]) };

test('sends every byte once although connections break before and after a chunk is kept', async () => {
  const server = uploadServer((chunk) => (['before', 'after', undefined] as const)[chunk % 3]);
  const offsets: number[] = [];
  const field = await uploadFile(createClient({ fetch: server.fetch }), id, file, {
    chunkBytes: 4,
    waitMs: 1,
    onProgress: ({ offset }) => offsets.push(offset),
  });
  expect(field.id).toBe(id);
  expect(server.kept).toEqual([...data]);
  expect(offsets.at(-1)).toBe(10);
});

test('goes on with an upload that was announced before', async () => {
  const server = uploadServer(() => undefined);
  server.kept.push(0, 1, 2, 3, 4, 5, 6);
  await uploadFile(createClient({ fetch: server.fetch }), id, file, { uploadId: id });
  expect(server.kept).toEqual([...data]);
});

test('tells the size of a pixel where it is known, and leaves it out where it is not', async () => {
  const server = uploadServer(() => undefined);
  const client = createClient({ fetch: server.fetch });
  await uploadFile(client, id, file, { pixelSizeUm: 0.1 });
  await uploadFile(client, id, file);
  const facts = { fileName: 'a.png', sizeBytes: 10 };
  expect(server.announced).toEqual([{ ...facts, pixelSizeUm: 0.1 }, facts]);
});

test('gives up after the tries it has, and at once when it is refused', async () => {
  let chunks = 0;
  const dead = uploadServer((chunk) => {
    chunks = chunk + 1;
    return 'before';
  });
  const options = { tries: 3, waitMs: 1 };
  await expect(
    uploadFile(createClient({ fetch: dead.fetch }), id, file, options),
  ).rejects.toThrow();
  expect(chunks).toBe(3);
  const refusing = uploadServer(() => 'refuse');
  await expect(
    uploadFile(createClient({ fetch: refusing.fetch }), id, file, options),
  ).rejects.toMatchObject({ code: 'UPLOAD_TOO_LARGE' });
});
