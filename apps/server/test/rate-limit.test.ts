import { afterAll, beforeAll, expect, test } from 'vitest';
import { newToken } from '../src/auth/new-token.ts';
import { apiKeys } from '../src/db/schema.ts';
import { newId } from '../src/new-id.ts';
import { startTestServer, type TestServer } from './test-server.ts';

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer({
    mode: 'accounts',
    limits: { requestsPerMinute: 3 },
    work: { workers: 0 },
  });
}, 60_000);

afterAll(() => server.close(), 60_000);

async function makeKey(name: string): Promise<string> {
  const { token, hash } = newToken('lk_');
  const createdAt = new Date();
  await server.context.db.sql.insert(apiKeys).values({
    id: newId(createdAt),
    name,
    role: 'viewer',
    start: token.slice(0, 8),
    secretHash: hash,
    createdAt,
    isRevoked: false,
  });
  return token;
}

async function ask(token: string): Promise<number[]> {
  const statuses = [];
  for (let i = 0; i < 4; i++) {
    const headers = { host: 'localhost', authorization: `Bearer ${token}` };
    statuses.push((await server.app.inject({ url: '/api/cases', headers })).statusCode);
  }
  return statuses;
}

test('requests are limited for each caller, so that a laboratory may share an address; strangers share one limit', async () => {
  const keys = [await makeKey('a'), await makeKey('b')];
  for (const key of keys) expect(await ask(key)).toEqual([200, 200, 200, 429]);
  expect(await ask('lk_wrong')).toEqual([401, 401, 401, 429]);
  expect(await ask('lk_other')).toEqual([429, 429, 429, 429]);
});
