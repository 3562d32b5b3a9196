import { expect, test } from 'vitest';
import { addressOf, createClient } from './create-client.ts';

const id = '0190a5d0-0000-7000-8000-000000000001';

function answering(body: unknown, status = 200) {
  const seen: { url: string; init: RequestInit }[] = [];
  const fetch = async (url: unknown, init?: RequestInit) => {
    seen.push({ url: String(url), init: init ?? {} });
    return new Response(typeof body === 'string' ? body : JSON.stringify(body), { status });
  };
  return { seen, fetch };
}

test('fills paths and queries and sends the key', async () => {
  const { seen, fetch } = answering({ items: [], next: null });
  const client = createClient({ baseUrl: 'http://x', fetch, apiKey: 'secret' });
  const page = await client.listCells({ params: { id }, query: { since: 3, bin: 'monocyte' } });
  expect(page).toEqual({ items: [], next: null });
  expect(seen[0]!.url).toBe(`http://x/api/cases/${id}/cells?since=3&bin=monocyte`);
  expect(seen[0]!.init.headers).toMatchObject({ authorization: 'Bearer secret' });
});

test('sends bodies as JSON and bytes as they are', async () => {
  const upload = {
    id,
    caseId: id,
    fileName: 'a.png',
    sizeBytes: 3,
    offset: 3,
    fieldId: null,
    createdAt: '2026-01-01T00:00:00.000Z',
  };
  const { seen, fetch } = answering(upload);
  const client = createClient({ fetch });
  await client.createUpload({ params: { id }, body: { fileName: 'a.png', sizeBytes: 3 } });
  await client.sendChunk({ params: { id }, query: { offset: 0 }, body: Uint8Array.of(1, 2, 3) });
  expect(seen[0]!.init.body).toBe('{"fileName":"a.png","sizeBytes":3}');
  expect(seen[1]!.init.body).toEqual(Uint8Array.of(1, 2, 3));
  expect(seen[1]!.init.headers).toMatchObject({ 'content-type': 'application/octet-stream' });
});

test("throws the server's code", async () => {
  const error = { code: 'CASE_MISSING', message: 'no such case', status: 404, requestId: 'r' };
  const { fetch } = answering({ error }, 404);
  await expect(createClient({ fetch }).getCase({ params: { id } })).rejects.toMatchObject({
    code: 'CASE_MISSING',
    status: 404,
  });
});

test('names answers that are not ours, or of another version', async () => {
  const proxy = createClient({ fetch: answering('<html>', 502).fetch });
  await expect(proxy.getHealth()).rejects.toMatchObject({ code: 'ANSWER_FOREIGN', status: 502 });
  const other = createClient({ fetch: answering({ status: 'fine' }).fetch });
  await expect(other.getHealth()).rejects.toMatchObject({ code: 'ANSWER_UNKNOWN' });
});

test('gives addresses of pictures', () => {
  expect(addressOf('getCellCrop', { params: { id }, query: { size: 64 } })).toBe(
    `/api/cells/${id}/crop?size=64`,
  );
});
