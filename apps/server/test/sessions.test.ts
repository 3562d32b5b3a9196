import { once } from 'node:events';
import http from 'node:http';
import { idleHeader } from '@leukoscope/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newSetupToken } from '../src/auth/accounts.ts';
import { verifyAll } from '../src/backup/verify.ts';
import { clientOf, startTestServer, type TestServer } from './test-server.ts';

let server: TestServer;
let address: string;
let now = Date.parse('2026-05-01T10:00:00Z');
const origin = { host: 'localhost', origin: 'http://localhost' };
const password = 'correct horse battery staple';

beforeAll(async () => {
  server = await startTestServer({
    mode: 'accounts',
    work: { workers: 0 },
    clock: () => new Date(now),
    limits: { signInsPerMinute: 1000 },
  });
  const token = (await newSetupToken(server.context))!;
  const chief = { name: 'chief', displayName: 'The Chief', password };
  await clientOf(server.app, origin).setUp({ body: { ...chief, token } });
  address = await server.app.listen({ host: '127.0.0.1', port: 0 });
}, 180_000);

afterAll(() => server.close(), 60_000);

async function signIn(cookieBefore?: string): Promise<string> {
  const answer = await server.app.inject({
    method: 'POST',
    url: '/api/session',
    headers: { ...origin, ...(cookieBefore === undefined ? {} : { cookie: cookieBefore }) },
    payload: { name: 'chief', password },
  });
  expect(answer.statusCode).toBe(200);
  return String(answer.headers['set-cookie']).split(';')[0]!;
}

const as = (cookie: string) => clientOf(server.app, { ...origin, cookie });
const isIn = async (cookie: string) => (await as(cookie).getSession()).user !== null;

/** Follow events; returns how to hear of the end, with the ms until it. */
async function follow(headers: Record<string, string>) {
  const request = http.get(`${address}/api/events`, { headers });
  const [response] = await once(request, 'response');
  expect(response.statusCode).toBe(200);
  response.resume();
  const ended = once(response, 'close');
  return async () => {
    const startedAt = performance.now();
    await ended;
    return performance.now() - startedAt;
  };
}

test('a stream ends within a second when its session or key is ended, and others go on', async () => {
  const [one, two] = [await signIn(), await signIn()];
  const { id, secret } = await as(two).createApiKey({ body: { name: 'k', role: 'viewer' } });
  const ends = [
    await follow({ cookie: one }),
    await follow({ authorization: `Bearer ${secret}` }),
    await follow({ cookie: two }),
  ];
  await as(one).signOut();
  expect(await ends[0]!()).toBeLessThan(1000);
  await as(two).revokeApiKey({ params: { id } });
  expect(await ends[1]!()).toBeLessThan(1000);
  const goesOn = Symbol('goes on');
  const wait = new Promise((resolve) => setTimeout(() => resolve(goesOn), 1500));
  expect(await Promise.race([ends[2]!(), wait])).toBe(goesOn);
  now += 25 * 3_600_000;
  expect(await ends[2]!()).toBeLessThan(1000);
}, 60_000);

test('neither events nor what an untouched page asks for keep a session alive, but what people do does', async () => {
  const [touched, left] = [await signIn(), await signIn()];
  for (let i = 0; i < 3; i++) {
    now += 50 * 60_000;
    expect(await isIn(touched)).toBe(true);
    const page = clientOf(server.app, { ...origin, cookie: left, [idleHeader]: '3000' });
    await page.getSession();
    await server.app.inject({
      method: 'HEAD',
      url: '/api/events',
      headers: { ...origin, cookie: left },
    });
  }
  expect([await isIn(touched), await isIn(left)]).toEqual([true, false]);
});

test('HEAD of the stream of events answers', async () => {
  const cookie = await signIn();
  const answer = await server.app.inject({
    method: 'HEAD',
    url: '/api/events',
    headers: { ...origin, cookie },
  });
  expect([answer.statusCode, answer.headers['content-type']]).toEqual([
    200,
    'text/event-stream; charset=utf-8',
  ]);
});

test('signing in anew ends the session that the browser had', async () => {
  const before = await signIn();
  const after = await signIn(before);
  expect([await isIn(before), await isIn(after)]).toEqual([false, true]);
  expect(await verifyAll(server.context)).toEqual([]);
});
