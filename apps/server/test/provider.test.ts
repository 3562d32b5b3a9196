import { afterAll, beforeAll, expect, test } from 'vitest';
import { newSetupToken } from '../src/auth/accounts.ts';
import { verifyAll } from '../src/backup/verify.ts';
import {
  startOidcProvider,
  type TestProvider,
} from '../../../scripts/test-provider/start-oidc-provider.ts';
import {
  blobImage,
  clientOf,
  jobsOver,
  signAsShown,
  startTestServer,
  type TestServer,
  upload,
} from './test-server.ts';

let server: TestServer;
let provider: TestProvider;
let chief: string;
/** How far the server's clock is ahead. */
let ahead = 0;
const origin = { host: 'localhost', origin: 'http://localhost' };
const password = 'correct horse battery staple';

beforeAll(async () => {
  provider = await startOidcProvider('http://localhost/oidc');
  server = await startTestServer({
    mode: 'accounts',
    publicUrl: 'http://localhost',
    oidc: provider.settings,
    clock: () => new Date(Date.now() + ahead),
  });
  const token = (await newSetupToken(server.context))!;
  const person = { name: 'chief', displayName: 'The Chief', password };
  await clientOf(server.app, origin).setUp({ body: { ...person, token } });
  const answer = await ask('/api/session', { name: 'chief', password });
  chief = cookieNamed(answer, 'leukoscope')!;
}, 180_000);

afterAll(async () => {
  await server.close();
  await provider.close();
}, 60_000);

const as = (cookie: string) => clientOf(server.app, { ...origin, cookie });

async function ask(url: string, payload: object, cookie?: string) {
  const headers = { ...origin, ...(cookie === undefined ? {} : { cookie }) };
  return server.app.inject({ method: 'POST', url, headers, payload });
}

/** The cookie of this name that an answer sets, as it is sent back. */
function cookieNamed(answer: Awaited<ReturnType<typeof ask>>, name: string): string | undefined {
  const found = answer.cookies.find((cookie) => cookie.name === name && cookie.value !== '');
  return found === undefined ? undefined : `${name}=${found.value}`;
}

/** Begin; returns where to go, and the cookie that binds it to this browser. */
async function begin(purpose: 'sign-in' | 'confirm', session?: string) {
  const answer = await ask('/api/session/provider', { purpose }, session);
  expect(answer.statusCode).toBe(200);
  return { url: answer.json().url, cookie: cookieNamed(answer, 'leukoscope-provider')! };
}

const finish = (query: string, cookie: string) =>
  ask('/api/session/provider/return', { query }, cookie);

/** Sign in as somebody; returns the session's cookie, or the code of the refusal. */
async function enter(person: TestProvider['person']): Promise<string> {
  provider.person = person;
  const { url, cookie } = await begin('sign-in');
  const answer = await finish(await provider.visit(url), cookie);
  return cookieNamed(answer, 'leukoscope') ?? answer.json().error.code;
}

const lastOfTrail = async () => (await as(chief).listTrail({ query: { limit: 1 } })).items[0]!;

test('asks with a code, PKCE, state and nonce, and tells nobody else', async () => {
  const { url, cookie } = await begin('sign-in');
  const asked = Object.fromEntries(new URL(url).searchParams);
  expect(asked).toMatchObject({
    response_type: 'code',
    code_challenge_method: 'S256',
    redirect_uri: 'http://localhost/oidc',
    scope: 'openid profile email',
  });
  for (const name of ['state', 'nonce', 'code_challenge']) {
    expect(asked[name]?.length).toBeGreaterThan(40);
  }
  expect(cookie).not.toContain(asked['state']);
  expect(await as(chief).getSession()).toMatchObject({ provider: 'North Hospital' });
});

test('an identity that nobody has linked is refused, whatever name it comes with', async () => {
  expect(await enter({ sub: 'p-1', name: 'The Chief', preferred_username: 'chief' })).toBe(
    'IDENTITY_UNKNOWN',
  );
  expect(await lastOfTrail()).toMatchObject({
    action: 'session.refused',
    by: { kind: 'system', name: `p-1 of ${provider.settings.issuer}` },
    address: '127.0.0.1',
  });
  expect((await as(chief).listUsers()).items).toHaveLength(1);
});

test('a linked account is let in by issuer and subject, has no password, and loses the way with the link', async () => {
  const ann = await as(chief).createUser({
    body: { name: 'ann', displayName: 'Ann', role: 'reviewer', subject: 'p-2' },
  });
  expect(ann).toMatchObject({ subject: 'p-2', hasPassword: false });
  const cookie = await enter({ sub: 'p-2', name: 'Anybody at all' });
  expect((await as(cookie).getSession()).user).toMatchObject({
    name: 'ann',
    displayName: 'Ann',
    role: 'reviewer',
    hasPassword: false,
  });
  expect(await lastOfTrail()).toMatchObject({ action: 'session.began', after: { by: 'provider' } });
  const guess = await ask('/api/session', { name: 'ann', password });
  expect(guess.json().error.code).toBe('SIGN_IN_REFUSED');
  await expect(
    as(cookie).changePassword({ body: { current: '', next: 'teal zeppelins over Oslo' } }),
  ).rejects.toMatchObject({ status: 409, code: 'PASSWORD_NONE' });
  const twin = as(chief).createUser({
    body: { name: 'anna', displayName: 'Anna', role: 'viewer', subject: 'p-2' },
  });
  await expect(twin).rejects.toMatchObject({ status: 409, code: 'IDENTITY_TWICE' });
  const change = (body: { subject?: null; isDisabled?: boolean; password?: string }) =>
    as(chief)
      .listUsers()
      .then(({ items }) => items.find(({ name }) => name === 'ann')!)
      .then(({ id, revision }) =>
        as(chief).changeUser({ params: { id }, body: { revision, ...body } }),
      );
  await expect(change({ subject: null })).rejects.toMatchObject({ code: 'SIGN_IN_NONE' });
  await change({ isDisabled: true });
  expect(await enter({ sub: 'p-2' })).toBe('IDENTITY_UNKNOWN');
  await change({ isDisabled: false, password });
  const open = await enter({ sub: 'p-2' });
  await change({ subject: null });
  expect((await as(open).getSession()).user).toBeNull();
  expect(await enter({ sub: 'p-2' })).toBe('IDENTITY_UNKNOWN');
  expect(await verifyAll(server.context)).toEqual([]);
});

test('an account is made at the first sign-in only where the site says with which role, and never over a name', async () => {
  const site = await as(chief).getSite();
  const saved = await as(chief).replaceSite({ body: { ...site, providerRole: 'viewer' } });
  const person = { sub: 'p-3', name: 'Ben Carter', preferred_username: 'Ben.Carter' };
  const cookie = await enter(person);
  const { user } = await as(cookie).getSession();
  expect(user).toMatchObject({ name: 'ben.carter', displayName: 'Ben Carter', role: 'viewer' });
  const again = await enter({ ...person, preferred_username: 'another' });
  expect((await as(again).getSession()).user?.id).toBe(user!.id);
  expect(await enter({ sub: 'p-4', name: 'X', preferred_username: 'chief' })).toBe('USER_TWICE');
  expect(await enter({ sub: 'p-5', name: 'the chief', preferred_username: 'other' })).toBe(
    'DISPLAY_NAME_TWICE',
  );
  await as(chief).replaceSite({ body: { ...saved, providerRole: null } });
  expect(await enter({ sub: 'p-6', preferred_username: 'late' })).toBe('IDENTITY_UNKNOWN');
  expect(await verifyAll(server.context)).toEqual([]);
});

test('what comes back counts once, in the browser that began it, and as it was asked', async () => {
  provider.person = { sub: 'p-3' };
  const code = (answer: { json(): { error?: { code: string } } }) => answer.json().error?.code;
  const [mine, theirs] = [await begin('sign-in'), await begin('sign-in')];
  const [myQuery, theirQuery] = [await provider.visit(mine.url), await provider.visit(theirs.url)];
  // A link with somebody else's sign-in in it, which would let its reader work under a foreign name.
  expect(code(await finish(theirQuery, 'leukoscope-provider=x'))).toBe('STEP_OVER');
  expect(code(await finish(theirQuery, mine.cookie))).toBe('PROVIDER_REFUSED');
  // That try has used it up.
  expect(code(await finish(myQuery, mine.cookie))).toBe('STEP_OVER');
  const answer = await finish(theirQuery, theirs.cookie);
  expect(answer.statusCode).toBe(200);
  expect(code(await finish(theirQuery, theirs.cookie))).toBe('STEP_OVER');
  const denied = await begin('sign-in');
  const state = new URL(denied.url).searchParams.get('state');
  const refusal = await finish(
    `error=access_denied&state=${state}&iss=${provider.settings.issuer}`,
    denied.cookie,
  );
  expect([refusal.statusCode, code(refusal)]).toEqual([403, 'PROVIDER_REFUSED']);
  const unfinished = await begin('sign-in');
  expect(code(await finish('', unfinished.cookie))).toBe('PROVIDER_REFUSED');
});

test('who has no password signs after a new sign-in at the provider, once for each act', async () => {
  await as(chief).createUser({
    body: { name: 'eve', displayName: 'Eve', role: 'signer', subject: 'p-7' },
  });
  const session = await enter({ sub: 'p-7' });
  const eve = as(session);
  const { id } = await eve.createCase({ body: { number: 'P-1' } });
  await upload(eve, id, await blobImage(['neutrophil', 'lymphocyte'], 3));
  await jobsOver(eve, id, 120_000);
  const { items } = await eve.listCells({ params: { id } });
  const cells = items.map((cell) => ({ id: cell.id, revision: cell.revision }));
  await eve.createReview({ params: { id }, body: { action: { kind: 'see', cells } } });
  const needed = { status: 409, code: 'CONFIRMATION_NEEDED' };
  await expect(signAsShown(eve, id)).rejects.toMatchObject(needed);
  await expect(signAsShown(eve, id, { password })).rejects.toMatchObject(needed);

  // The browser has a session at the provider, which alone confirms nothing.
  const browser = new Map<string, string>();
  provider.person = { sub: 'p-7' };
  const entered = await begin('sign-in');
  await finish(await provider.visit(entered.url, browser), entered.cookie);
  const logins = provider.logins();
  const confirm = async (person: TestProvider['person'], cookies?: Map<string, string>) => {
    provider.person = person;
    const { url, cookie } = await begin('confirm', session);
    expect(new URL(url).searchParams.get('prompt')).toBe('login');
    return finish(await provider.visit(url, cookies), `${session}; ${cookie}`);
  };
  const other = await confirm({ sub: 'p-3' });
  expect(other.json().error.code).toBe('CONFIRMATION_OTHER');
  await expect(signAsShown(eve, id)).rejects.toMatchObject(needed);
  const confirmed = await confirm({ sub: 'p-7' }, browser);
  expect(confirmed.json()).toMatchObject({
    purpose: 'confirm',
    session: { user: { name: 'eve' } },
  });
  expect(provider.logins()).toBe(logins + 2);
  // Another session of the same person has confirmed nothing.
  const elsewhere = await enter({ sub: 'p-7' });
  await expect(signAsShown(as(elsewhere), id)).rejects.toMatchObject(needed);
  const signed = await signAsShown(eve, id);
  expect(signed.state).toBe('signed');
  await expect(
    eve.amendCase({ params: { id }, body: { revision: signed.revision, reason: 'again' } }),
  ).rejects.toMatchObject(needed);
  expect(await verifyAll(server.context)).toEqual([]);
}, 180_000);

test('an older sign-in confirms nobody, and strangers confirm nothing', async () => {
  const answer = await ask('/api/session/provider', { purpose: 'confirm' });
  expect(answer.json().error.code).toBe('SIGN_IN');
  const session = await enter({ sub: 'p-7' });
  const browser = new Map<string, string>();
  await provider.visit((await begin('confirm', session)).url, browser);
  /** Confirm by the session that the provider has, as a page does that asks for no new sign-in. */
  const reuse = async (maxAge: string | undefined) => {
    const { url, cookie } = await begin('confirm', session);
    const weaker = new URL(url);
    weaker.searchParams.delete('prompt');
    weaker.searchParams.delete('max_age');
    if (maxAge !== undefined) weaker.searchParams.set('max_age', maxAge);
    const refusal = await finish(
      await provider.visit(weaker.href, browser),
      `${session}; ${cookie}`,
    );
    return refusal.json().error?.code;
  };
  const logins = provider.logins();
  // Then the provider does not say when it was.
  expect(await reuse(undefined)).toBe('PROVIDER_REFUSED');
  ahead = 2 * 60_000;
  expect(await reuse('1000')).toBe('CONFIRMATION_OTHER');
  ahead = 0;
  expect(provider.logins()).toBe(logins);
});

test('a provider that does not answer is said to be silent, and asked again later', async () => {
  const gone = await startTestServer({
    mode: 'accounts',
    work: { workers: 0 },
    publicUrl: 'http://localhost',
    oidc: { ...provider.settings, issuer: 'http://127.0.0.1:9' },
  });
  try {
    const answer = await gone.app.inject({
      method: 'POST',
      url: '/api/session/provider',
      headers: origin,
      payload: { purpose: 'sign-in' },
    });
    expect([answer.statusCode, answer.json().error.code]).toEqual([503, 'PROVIDER_SILENT']);
  } finally {
    await gone.close();
  }
});
