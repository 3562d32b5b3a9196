import { type Endpoint, endpoints, fillPath, type Role, roles } from '@leukoscope/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newSetupToken } from '../src/auth/accounts.ts';
import { HttpError } from '../src/http-error.ts';
import { createSignInBrake } from '../src/routes/sign-in-brake.ts';
import { clientOf, startTestServer, type TestServer } from './test-server.ts';

let server: TestServer;
let now = new Date('2026-03-01T08:00:00.000Z').getTime();
const origin = { origin: 'http://localhost' };
const password = 'correct horse battery staple';
const cookies = new Map<Role, string>();
const id = '0190a5d0-0000-7000-8000-000000000001';

const signIn = (name: string, given = password, headers: Record<string, string> = origin) =>
  server.app.inject({
    method: 'POST',
    url: '/api/session',
    headers: { host: 'localhost', ...headers },
    payload: { name, password: given },
  });

const cookieOf = (answer: { headers: Record<string, unknown> }) =>
  String(answer.headers['set-cookie']).split(';')[0]!;

const as = (role: Role) => clientOf(server.app, { ...origin, cookie: cookies.get(role)! });

beforeAll(async () => {
  server = await startTestServer({
    mode: 'accounts',
    work: { workers: 0 },
    clock: () => new Date(now),
  });
  const token = await newSetupToken(server.context);
  const answer = await server.app.inject({
    method: 'POST',
    url: '/api/setup',
    headers: { host: 'localhost', ...origin },
    payload: { token, name: 'Chief', displayName: 'The Chief', password },
  });
  expect(answer.statusCode).toBe(201);
  cookies.set('administrator', cookieOf(answer));
  for (const role of roles.slice(0, 3)) {
    await as('administrator').createUser({
      body: { name: `the-${role}`, displayName: `The ${role}`, role, password },
    });
    cookies.set(role, cookieOf(await signIn(`the-${role}`)));
  }
}, 60_000);

afterAll(() => server.close(), 60_000);

describe('the first start', () => {
  test('makes one administrator by a link that works once', async () => {
    expect(await newSetupToken(server.context)).toBeUndefined();
    const again = await server.app.inject({
      method: 'POST',
      url: '/api/setup',
      headers: { host: 'localhost', ...origin },
      payload: { token: 'x', name: 'eve', displayName: 'Eve', password },
    });
    expect(again.json().error.code).toBe('SETUP_TOKEN');
    expect(await as('administrator').getSession()).toMatchObject({
      mode: 'accounts',
      needsSetup: false,
      user: { role: 'administrator', displayName: 'The Chief' },
    });
  });

  test('takes only the newest link, for a day', async () => {
    const fresh = await startTestServer({
      mode: 'accounts',
      work: { workers: 0 },
      clock: () => new Date(now),
    });
    try {
      const client = clientOf(fresh.app, origin);
      const first = (await newSetupToken(fresh.context))!;
      const second = (await newSetupToken(fresh.context))!;
      const body = { name: 'chief', displayName: 'C', password };
      expect(await client.getSession()).toMatchObject({ needsSetup: true, user: null });
      await expect(client.setUp({ body: { ...body, token: first } })).rejects.toMatchObject({
        status: 403,
      });
      now += 25 * 3_600_000;
      await expect(client.setUp({ body: { ...body, token: second } })).rejects.toMatchObject({
        status: 403,
      });
    } finally {
      now -= 25 * 3_600_000;
      await fresh.close();
    }
  });
});

describe('signing in', () => {
  test('sets a cookie that scripts cannot read; the token is nowhere in the body', async () => {
    const answer = await signIn('the-viewer');
    expect(answer.headers['set-cookie']).toEqual([
      expect.stringMatching(
        /^leukoscope=[\w-]{43}; Max-Age=86400; Path=\/; HttpOnly; SameSite=Strict$/,
      ),
      expect.stringMatching(
        /^leukoscope-device=[\w-]{22}\.[\w-]{22}; Max-Age=15552000; Path=\/; HttpOnly; SameSite=Strict$/,
      ),
    ]);
    expect(answer.body).not.toContain(cookieOf(answer).split('=')[1]);
  });

  test('refuses wrong passwords and unknown names with the same words', async () => {
    const wrong = (await signIn('the-viewer', 'wrong')).json();
    const unknown = (await signIn('nobody', 'wrong')).json();
    expect(wrong.error.code).toBe('SIGN_IN_REFUSED');
    expect({ ...unknown.error, requestId: '' }).toEqual({ ...wrong.error, requestId: '' });
  });

  test('has to wait after ten failures, for that name from that address only', async () => {
    for (let i = 0; i < 10; i++) await signIn('the-signer', 'wrong');
    const braked = await signIn('the-signer');
    expect(braked.json().error.code).toBe('SIGN_IN_TOO_OFTEN');
    expect(braked.headers['retry-after']).toBe('5');
    expect((await signIn('the-viewer')).statusCode).toBe(200);
    now += 16 * 60_000;
    expect((await signIn('the-signer')).statusCode).toBe(200);
  });

  test('of a stranger shuts nobody out where that name was signed in to before', async () => {
    const devices = new Map<string, string>();
    const from = (name: string, given = password) => {
      const cookie = devices.get(name);
      return signIn(name, given, cookie === undefined ? origin : { ...origin, cookie });
    };
    const deviceOf = (answer: { headers: Record<string, unknown> }) =>
      /leukoscope-device=[^;]+/.exec(String(answer.headers['set-cookie']))![0];
    devices.set('the-viewer', deviceOf(await from('the-viewer')));
    // Two people of one bench.
    devices.set('the-signer', devices.get('the-viewer')!);
    devices.set('the-signer', deviceOf(await from('the-signer')));
    devices.set('the-viewer', devices.get('the-signer')!);
    devices.set('the-reviewer', devices.get('the-signer')!);
    // A stranger behind the same proxy uses up the name, then the address.
    for (let i = 0; i < 10; i++) await signIn('the-viewer', 'wrong');
    for (let i = 0; i < 40; i++) await signIn(`somebody-${i}`, 'wrong');
    const statusOf = async (name: string, given?: string) => (await from(name, given)).statusCode;
    expect((await signIn('the-viewer')).statusCode).toBe(429);
    expect(await statusOf('the-viewer')).toBe(200);
    expect(await statusOf('the-signer')).toBe(200);
    // No name of somebody else, and no mark that somebody has made up, is let through.
    expect(await statusOf('the-reviewer')).toBe(429);
    const forged = devices.get('the-viewer')!.replace(/\..*/, `.${'A'.repeat(22)}`);
    expect((await signIn('the-viewer', password, { ...origin, cookie: forged })).statusCode).toBe(
      429,
    );
    // Who has the cookie guesses no more often than others.
    for (let i = 0; i < 10; i++) expect(await statusOf('the-viewer', 'wrong')).toBe(401);
    expect(await statusOf('the-viewer')).toBe(429);
    now += 16 * 60_000;
    expect((await signIn('the-reviewer')).statusCode).toBe(200);
  });

  test('from many addresses counts by the name too', async () => {
    const context = { clock: () => new Date(now), limits: server.context.limits };
    const brake = createSignInBrake(context);
    const fail = (address: string, device?: string) =>
      brake.guard('chief', { address, device }, async () => {
        throw new HttpError(401, 'TEST', 'test');
      });
    for (let i = 0; i < 50; i++) await expect(fail(`192.0.2.${i}`)).rejects.toThrow('test');
    await expect(fail('192.0.2.99')).rejects.toMatchObject({ status: 429 });
    await expect(fail('192.0.2.99', 'known')).rejects.toThrow('test');
  });

  test('has to wait too when all guesses come at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 30 }, () => signIn('the-reviewer', 'wrong')),
    );
    const codes = Object.groupBy(answers, (answer) => answer.json().error.code);
    expect(codes['SIGN_IN_REFUSED']).toHaveLength(10);
    expect(codes['SIGN_IN_TOO_OFTEN']).toHaveLength(20);
    now += 16 * 60_000;
    // Signing in many times at once, as windows that are restored do, is no guessing.
    const right = await Promise.all(Array.from({ length: 10 }, () => signIn('the-reviewer')));
    expect(right.map((answer) => answer.statusCode)).toEqual(right.map(() => 200));
    expect((await signIn('the-reviewer')).statusCode).toBe(200);
  });

  test('counts neighbours in IPv6 as one address, and what is no guess not at all', async () => {
    const context = { clock: () => new Date(now), limits: server.context.limits };
    const brake = createSignInBrake(context);
    const fail = (address: string, status = 401) =>
      brake.guard('chief', { address, device: undefined }, async () => {
        throw new HttpError(status, 'TEST', 'test');
      });
    for (let i = 0; i < 20; i++) await expect(fail('::1', 422)).rejects.toThrow('test');
    for (let i = 0; i < 10; i++) {
      await expect(fail(`2001:db8:0:5::${i}`)).rejects.toThrow('test');
    }
    await expect(fail('2001:db8::5:1:2:3:4')).rejects.toMatchObject({ status: 429 });
    await expect(fail('2001:db8:0:6::1')).rejects.toThrow('test');
    for (let i = 0; i < 10; i++) await expect(fail('::ffff:192.0.2.1')).rejects.toThrow('test');
    await expect(fail('192.0.2.1')).rejects.toMatchObject({ status: 429 });
    await expect(fail('::ffff:192.0.2.2')).rejects.toThrow('test');
  });

  test('believes of X-Forwarded-For only what the own proxy has added', async () => {
    const proxied = await startTestServer({
      mode: 'accounts',
      trustProxy: 1,
      limits: { signInsPerMinute: 2 },
      work: { workers: 0 },
    });
    try {
      const guess = async (forwarded: string) => {
        const answer = await proxied.app.inject({
          method: 'POST',
          url: '/api/session',
          headers: { ...origin, host: 'localhost', 'x-forwarded-for': forwarded },
          payload: { name: 'chief', password: 'wrong' },
        });
        return answer.statusCode;
      };
      // What stands before the proxy's own entry, the guesser has made up.
      for (const lie of ['198.51.100.1', '198.51.100.2']) {
        expect(await guess(`${lie}, 192.0.2.7`)).toBe(401);
      }
      expect(await guess('198.51.100.3, 192.0.2.7')).toBe(429);
      expect(await guess('192.0.2.8')).toBe(401);
    } finally {
      await proxied.close();
    }
  });

  test('ends after two idle hours, and when the account is disabled or gets a new password', async () => {
    const admin = as('administrator');
    const user = await admin.createUser({
      body: { name: 'temp', displayName: 'T', role: 'viewer', password },
    });
    const client = clientOf(server.app, { ...origin, cookie: cookieOf(await signIn('temp')) });
    expect((await client.getSession()).user?.name).toBe('temp');
    const changed = await admin.changeUser({
      params: { id: user.id },
      body: { revision: 0, password: 'another good pass phrase' },
    });
    expect((await client.getSession()).user).toBeNull();
    const next = clientOf(server.app, {
      ...origin,
      cookie: cookieOf(await signIn('temp', 'another good pass phrase')),
    });
    await admin.changeUser({
      params: { id: user.id },
      body: { revision: changed.revision, isDisabled: true },
    });
    expect((await next.getSession()).user).toBeNull();
    expect((await signIn('temp', 'another good pass phrase')).statusCode).toBe(401);
    const idle = clientOf(server.app, { ...origin, cookie: cookieOf(await signIn('the-viewer')) });
    now += 2 * 3_600_000 + 1;
    expect((await idle.getSession()).user).toBeNull();
    now -= 2 * 3_600_000 + 1;
    expect((await idle.getSession()).user).not.toBeNull();
    await idle.signOut();
    expect((await idle.getSession()).user).toBeNull();
  });

  test("changing one's own password ends one's other sessions, not this one", async () => {
    const admin = as('administrator');
    await admin.createUser({ body: { name: 'pass', displayName: 'P', role: 'viewer', password } });
    const [one, two] = [await signIn('pass'), await signIn('pass')].map((answer) =>
      clientOf(server.app, { ...origin, cookie: cookieOf(answer) }),
    );
    await expect(
      one!.changePassword({ body: { current: 'no', next: 'long and new phrase' } }),
    ).rejects.toMatchObject({ status: 403, code: 'PASSWORD_WRONG' });
    await one!.changePassword({ body: { current: password, next: 'long and new phrase' } });
    expect((await one!.getSession()).user).not.toBeNull();
    expect((await two!.getSession()).user).toBeNull();
  });

  test.each([
    'aaaaaaaaaaaaaa',
    'passwordpassword1',
    '123456789012',
    'lkjhgfdsapoiuytrewq',
    'xx-somebody-xx',
  ])('refuses the password %s', async (weak) => {
    const made = as('administrator').createUser({
      body: { name: 'somebody', displayName: 'S', role: 'viewer', password: weak },
    });
    await expect(made).rejects.toMatchObject({ status: 422, code: 'PASSWORD_WEAK' });
  });
});

test('the last administrator cannot be demoted or disabled', async () => {
  const admin = as('administrator');
  const chief = (await admin.listUsers()).items.find((user) => user.name === 'chief')!;
  for (const change of [{ role: 'viewer' as const }, { isDisabled: true }]) {
    await expect(
      admin.changeUser({ params: { id: chief.id }, body: { revision: chief.revision, ...change } }),
    ).rejects.toMatchObject({ status: 409, code: 'USER_LAST_ADMINISTRATOR' });
  }
});

test('an API key works without cookies or origin, up to its role and end, until it is revoked', async () => {
  const admin = as('administrator');
  const expiresAt = new Date(now + 60_000).toISOString();
  const key = await admin.createApiKey({ body: { name: 'analyser', role: 'reviewer', expiresAt } });
  expect(key.secret).toMatch(/^lk_[\w-]{43}$/);
  const machine = clientOf(server.app, { authorization: `Bearer ${key.secret}` });
  const made = await machine.createCase({ body: { number: 'K' } });
  expect(made.createdBy).toMatchObject({ kind: 'key', name: 'analyser' });
  await expect(machine.listUsers()).rejects.toMatchObject({ status: 403 });
  now += 60_000;
  await expect(machine.listCases()).rejects.toMatchObject({ status: 401 });
  now -= 60_000;
  await machine.listCases();
  await admin.revokeApiKey({ params: { id: key.id } });
  await expect(machine.listCases()).rejects.toMatchObject({ status: 401 });
  expect(JSON.stringify(await admin.listApiKeys())).not.toContain(key.secret);
});

const all: [string, Endpoint][] = Object.entries(endpoints);

async function statusOf(endpoint: Endpoint, headers: Record<string, string>): Promise<number> {
  const params = Object.fromEntries(
    Object.keys(endpoint.params?.shape ?? {}).map((name) => [name, name === 'format' ? 'csv' : id]),
  );
  const url = fillPath(endpoint.path, params) + (endpoint.bodyMedia === 'bytes' ? '?offset=0' : '');
  const bytes = endpoint.bodyMedia === 'bytes' ? { payload: Buffer.from('x') } : {};
  const type = endpoint.bodyMedia === 'bytes' ? { 'content-type': 'application/octet-stream' } : {};
  const answer = await server.app.inject({
    method: endpoint.method,
    url,
    headers: { host: 'localhost', ...headers, ...type },
    ...bytes,
  });
  return answer.statusCode;
}

describe('every endpoint', () => {
  const streams = (endpoint: Endpoint) => endpoint.media === 'events';
  test.each(all)('%s lets in exactly the roles of the table', async (_, endpoint) => {
    if (endpoint.access === 'anybody') return;
    expect(await statusOf(endpoint, origin)).toBe(401);
    expect(await statusOf(endpoint, { authorization: 'Bearer lk_wrong' })).toBe(401);
    for (const role of roles) {
      const mayIn = roles.indexOf(role) >= roles.indexOf(endpoint.access);
      // An open stream would not end; its access check is the same hook.
      if (mayIn && streams(endpoint)) continue;
      const status = await statusOf(endpoint, { ...origin, cookie: cookies.get(role)! });
      if (mayIn) expect([401, 403], `${role}: ${status}`).not.toContain(status);
      else expect(status, role).toBe(403);
    }
  });

  test.each(all.filter(([, e]) => e.method !== 'GET'))(
    '%s refuses other sites and pages without an origin',
    async (_, endpoint) => {
      const cookie = cookies.get('administrator')!;
      for (const headers of [
        { origin: 'https://evil.example' },
        { origin: 'null' },
        { 'sec-fetch-site': 'cross-site' },
        {},
      ]) {
        expect(await statusOf(endpoint, { cookie, ...headers })).toBe(403);
      }
    },
  );
});
