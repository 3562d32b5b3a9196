import type { PasskeyProof, SecondStepProof } from '@leukoscope/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newSetupToken } from '../src/auth/accounts.ts';
import { partyOf } from '../src/auth/relying-party.ts';
import { verifyAll } from '../src/backup/verify.ts';
import { makeSoftKey, type SoftKey } from './soft-key.ts';
import { clientOf, startTestServer, type TestServer } from './test-server.ts';

let server: TestServer;
const place = 'http://localhost';
const origin = { host: 'localhost', origin: place };
const password = 'correct horse battery staple';

beforeAll(async () => {
  server = await startTestServer({ mode: 'accounts', work: { workers: 0 } });
  const token = (await newSetupToken(server.context))!;
  const chief = { name: 'chief', displayName: 'The Chief', password };
  await clientOf(server.app, origin).setUp({ body: { ...chief, token } });
}, 180_000);

afterAll(() => server.close(), 60_000);

const as = (cookie: string) => clientOf(server.app, { ...origin, cookie });
const stranger = () => clientOf(server.app, origin);

async function signIn(name: string): Promise<string> {
  const answer = await server.app.inject({
    method: 'POST',
    url: '/api/session',
    headers: origin,
    payload: { name, password },
  });
  return String(answer.headers['set-cookie']).split(';')[0]!;
}

async function newAccount(name: string): Promise<string> {
  const chief = clientOf(server.app, { ...origin, cookie: await signIn('chief') });
  const body = { name, displayName: `The ${name}`, role: 'viewer' as const, password };
  await chief.createUser({ body });
  return signIn(name);
}

/** What a browser says, as the contract takes it. */
const made = (answer: object) => answer as PasskeyProof['response'];
const given = (answer: object) =>
  ({ kind: 'passkey', answer }) as Extract<SecondStepProof, { kind: 'passkey' }>;

async function addKey(cookie: string, key: SoftKey) {
  const { token, options } = await as(cookie).beginPasskey({ body: { password } });
  const response = made(key.create(options, place));
  return as(cookie).confirmPasskey({ body: { token, name: 'Key', response } });
}

const step = async (name: string) =>
  (await stranger().signIn({ body: { name, password } })).secondStep!;

test('a passkey is added with the password, asked for at sign-in, and opens a session', async () => {
  const cookie = await newAccount('ann');
  const key = makeSoftKey('localhost');
  const wrong = as(cookie).beginPasskey({ body: { password: 'another one' } });
  await expect(wrong).rejects.toMatchObject({ code: 'PASSWORD_WRONG' });
  const { factor, recoveryCodes } = await addKey(cookie, key);
  expect([factor.kind, factor.name, recoveryCodes?.length]).toEqual(['passkey', 'Key', 10]);
  const { token, kinds, passkey } = await step('ann');
  expect(kinds).toEqual(['passkey', 'recovery-codes']);
  expect(passkey).toMatchObject({ rpId: 'localhost', allowCredentials: [{ type: 'public-key' }] });
  const session = await stranger().finishSignIn({
    body: { token, proof: given(key.get(passkey!, place)) },
  });
  expect(session.user?.name).toBe('ann');
  expect(await verifyAll(server.context)).toEqual([]);
});

test('an answer counts for its own challenge, page and place, once, and a copied key is noticed', async () => {
  const cookie = await newAccount('ben');
  const key = makeSoftKey('localhost');
  await addKey(cookie, key);
  const attempt = async (change: (asked: Awaited<ReturnType<typeof step>>) => object) => {
    const asked = await step('ben');
    return stranger()
      .finishSignIn({ body: { token: asked.token, proof: given(change(asked)) } })
      .then(
        () => 'in',
        (error) => error.code,
      );
  };
  const earlier = await step('ben');
  expect(await attempt(() => key.get(earlier.passkey!, place))).toBe('PASSKEY_WRONG');
  expect(await attempt(({ passkey }) => key.get(passkey!, 'http://localhost.evil.example'))).toBe(
    'PASSKEY_WRONG',
  );
  const foreign = makeSoftKey('localhost');
  expect(await attempt(({ passkey }) => foreign.get(passkey!, place))).toBe('PASSKEY_WRONG');
  expect(await attempt(({ passkey }) => key.get(passkey!, place))).toBe('in');
  // What the copy of the key says it has been used for.
  key.count = 0;
  expect(await attempt(({ passkey }) => key.get(passkey!, place))).toBe('PASSKEY_WRONG');
  key.count = 50;
  expect(await attempt(({ passkey }) => key.get(passkey!, place))).toBe('in');
});

test('a passkey is made for this step, of this account, and is no other’s', async () => {
  const cookie = await newAccount('cat');
  const key = makeSoftKey('localhost');
  const { token, options } = await as(cookie).beginPasskey({ body: { password } });
  const body = (response: object, of = token) => ({
    token: of,
    name: 'Key',
    response: made(response),
  });
  const elsewhere = as(cookie).confirmPasskey({
    body: body(key.create(options, 'https://evil.example')),
  });
  await expect(elsewhere).rejects.toMatchObject({ status: 403, code: 'PASSKEY_WRONG' });
  const again = as(cookie).confirmPasskey({ body: body(key.create(options, place)) });
  await expect(again).rejects.toMatchObject({ status: 409, code: 'STEP_OVER' });
  await addKey(cookie, key);
  const dan = await newAccount('dan');
  await expect(addKey(dan, key)).rejects.toMatchObject({ status: 409, code: 'PASSKEY_TWICE' });
  const theirs = await as(cookie).beginPasskey({ body: { password } });
  const mixed = as(dan).confirmPasskey({
    body: body(makeSoftKey('localhost').create(theirs.options, place), theirs.token),
  });
  await expect(mixed).rejects.toMatchObject({ code: 'PASSKEY_WRONG' });
  expect(await verifyAll(server.context)).toEqual([]);
});

test('passkeys belong to a name over https, or to this machine', async () => {
  expect(partyOf('https://lab.example')).toEqual({
    id: 'lab.example',
    origin: 'https://lab.example',
  });
  expect(partyOf('http://localhost:8642')?.id).toBe('localhost');
  for (const none of [
    undefined,
    'null',
    'http://lab.example',
    'https://192.0.2.1',
    'https://[::1]',
  ]) {
    expect([none, partyOf(none)]).toEqual([none, undefined]);
  }
  const cookie = await newAccount('eve');
  const number = { host: '127.0.0.1', origin: 'http://127.0.0.1', cookie };
  const asked = clientOf(server.app, number).beginPasskey({ body: { password } });
  await expect(asked).rejects.toMatchObject({ status: 409, code: 'PASSKEY_ADDRESS' });
});
