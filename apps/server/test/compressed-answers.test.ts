import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer, type TestServer } from './test-server.ts';

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer({ work: { workers: 0 } });
}, 240_000);

afterAll(() => server.close(), 240_000);

const answer = (url: string, encoding: string) =>
  server.app.inject({ url, headers: { host: 'localhost', 'accept-encoding': encoding } });

test('large answers are sent compressed to those who take it, small ones and pictures as they are', async () => {
  const { client } = server;
  for (let i = 0; i < 30; i++) await client.createCase({ body: { number: `Z-${i}` } });
  const url = '/api/cases?limit=30';
  const whole = await answer(url, 'identity');
  expect(whole.headers['content-encoding']).toBeUndefined();
  for (const [encoding, open] of [
    ['br', brotliDecompressSync],
    ['gzip', gunzipSync],
  ] as const) {
    const small = await answer(url, encoding);
    expect(small.headers['content-encoding']).toBe(encoding);
    expect(small.rawPayload.length * 3).toBeLessThan(whole.rawPayload.length);
    expect(open(small.rawPayload).toString()).toBe(whole.body);
  }
  const one = await answer('/api/cases?limit=1', 'gzip');
  expect(one.headers['content-encoding']).toBeUndefined();
}, 240_000);
