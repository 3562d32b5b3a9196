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

async function signIn(cookieBefore?: string, name = 'chief', secret = password): Promise<string> {
  const answer = await server.app.inject({
    method: 'POST',
    url: '/api/session',
    headers: { ...origin, ...(cookieBefore === undefined ? {} : { cookie: cookieBefore }) },
    payload: { name, password: secret },
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

test('people see and end their own sessions, administrators everybody’s, and the trail says so', async () => {
  const chief = as(await signIn());
  await chief.createUser({
    body: { name: 'ada', displayName: 'Ada', role: 'viewer', password },
  });
  const [one, two] = [await signIn(undefined, 'ada'), await signIn(undefined, 'ada')];
  const own = (await as(one).listSessions({ query: {} })).items;
  expect(own.map(({ name, isOwn }) => [name, isOwn]).toSorted()).toEqual([
    ['ada', false],
    ['ada', true],
  ]);
  expect(own[0]).toMatchObject({ address: '127.0.0.1', userAgent: 'lightMyRequest' });
  await expect(as(one).listSessions({ query: { of: 'all' } })).rejects.toMatchObject({
    status: 403,
  });
  await as(one).endSession({ params: { id: own.find(({ isOwn }) => !isOwn)!.id } });
  expect([await isIn(one), await isIn(two)]).toEqual([true, false]);
  const all = (await chief.listSessions({ query: { of: 'all' } })).items;
  const ofChief = all.find(({ isOwn }) => isOwn)!;
  // For her it is not there: that somebody else has one is not said either.
  await expect(as(one).endSession({ params: { id: ofChief.id } })).rejects.toMatchObject({
    status: 404,
    code: 'SESSION_MISSING',
  });
  await chief.endSession({ params: { id: all.find(({ name }) => name === 'ada')!.id } });
  expect(await isIn(one)).toBe(false);
  const { items } = await chief.listTrail({ query: { limit: 1 } });
  expect(items[0]).toMatchObject({ action: 'session.ended', by: { name: 'The Chief' } });
  expect(await verifyAll(server.context)).toEqual([]);
});

test('a password that an administrator has set opens nothing but the change of it', async () => {
  const chief = as(await signIn());
  const user = await chief.createUser({
    body: { name: 'ben', displayName: 'Ben', role: 'viewer', password },
  });
  const given = 'given by an administrator';
  await chief.changeUser({ params: { id: user.id }, body: { revision: 0, password: given } });
  const cookie = await signIn(undefined, 'ben', given);
  const ben = as(cookie);
  expect((await ben.getSession()).user).toMatchObject({ name: 'ben', mustChangePassword: true });
  const refused = { status: 403, code: 'PASSWORD_GIVEN' };
  await expect(ben.listCases({ query: {} })).rejects.toMatchObject(refused);
  await expect(ben.listSessions({ query: {} })).rejects.toMatchObject(refused);
  const same = ben.changePassword({ body: { current: given, next: given } });
  await expect(same).rejects.toMatchObject({ status: 422, code: 'PASSWORD_SAME' });
  await ben.changePassword({ body: { current: given, next: 'known to nobody but Ben' } });
  expect((await ben.listCases({ query: {} })).items).toEqual([]);
  expect((await ben.getSession()).user).toMatchObject({ mustChangePassword: false });
  expect(await verifyAll(server.context)).toEqual([]);
});

test('a page of another site is refused however the address is written, and beside a header of a key', async () => {
  const { secret } = await as(await signIn()).createApiKey({
    body: { name: 'page', role: 'reviewer' },
  });
  const ask = async (url: string, headers: Record<string, string>) => {
    const body = url.endsWith('cases') ? { number: url } : { name: 'chief', password };
    const answer = await server.app.inject({
      method: 'POST',
      url,
      headers: { host: 'localhost', ...headers },
      payload: body,
    });
    return answer.statusCode;
  };
  const foreign = { origin: 'https://elsewhere.example' };
  const key = { authorization: `Bearer ${secret}` };
  expect(await ask('/api/session', foreign)).toBe(403);
  expect(await ask('/%61pi/session', foreign)).toBe(403);
  expect(await ask('/api/%73ession', foreign)).toBe(403);
  expect(await ask('/api/session', { ...foreign, authorization: 'Basic eDp5' })).toBe(403);
  expect(await ask('/api/cases', { ...foreign, ...key })).toBe(403);
  expect(await ask('/api/cases', { ...key, 'sec-fetch-site': 'cross-site' })).toBe(403);
  expect(await ask('/api/cases', key)).toBe(201);
  expect(await ask('/%61pi/session', origin)).toBe(200);
});
