import { TOTP } from 'otpauth';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newSetupToken } from '../src/auth/accounts.ts';
import { verifyAll } from '../src/backup/verify.ts';
import { secondFactors } from '../src/db/schema.ts';
import { rotateKey } from '../src/ledger/rotate-key.ts';
import { clientOf, startTestServer, type TestServer } from './test-server.ts';

let server: TestServer;
let now = Date.parse('2026-06-01T10:00:00Z');
const origin = { host: 'localhost', origin: 'http://localhost' };
const password = 'correct horse battery staple';

beforeAll(async () => {
  server = await startTestServer({
    mode: 'accounts',
    work: { workers: 0 },
    clock: () => new Date(now),
  });
  const token = (await newSetupToken(server.context))!;
  const chief = { name: 'chief', displayName: 'The Chief', password };
  await clientOf(server.app, origin).setUp({ body: { ...chief, token } });
}, 180_000);

afterAll(() => server.close(), 60_000);

const as = (cookie: string) => clientOf(server.app, { ...origin, cookie });
const stranger = () => clientOf(server.app, origin);

/** Ask an endpoint and get the cookie that it sets. */
async function cookieOf(url: string, payload: object): Promise<string> {
  const answer = await server.app.inject({ method: 'POST', url, headers: origin, payload });
  return String(answer.headers['set-cookie']).split(';')[0]!;
}

const signIn = (name: string) => cookieOf('/api/session', { name, password });
const step = async (name: string) =>
  (await stranger().signIn({ body: { name, password } })).secondStep!;
const finish = (token: string, proof: { kind: 'totp' | 'recovery-codes'; code: string }) =>
  cookieOf('/api/session/second-step', { token, proof });

/** What the app on the phone shows. */
function codeOf(uri: string, at = now): string {
  const app = new TOTP({ secret: new URL(uri).searchParams.get('secret')! });
  return app.generate({ timestamp: at });
}

async function makeAccount(name: string, role: 'viewer' | 'signer' = 'viewer') {
  const chief = as(await signIn('chief'));
  return chief.createUser({ body: { name, displayName: `The ${name}`, role, password } });
}

/** Give an account an app; returns what the app was told, and the recovery codes. */
async function addApp(cookie: string, name = 'Phone') {
  const { token, uri, secret } = await as(cookie).beginTotp({ body: { password } });
  const added = await as(cookie).confirmTotp({ body: { token, code: codeOf(uri), name } });
  // The code of this half minute is used up.
  now += 30_000;
  return { uri, secret, codes: added.recoveryCodes };
}

test('an app is added with the password and a code of it, and asked for at the next sign-in', async () => {
  await makeAccount('ann');
  const cookie = await signIn('ann');
  const other = await signIn('ann');
  await expect(
    as(cookie).beginTotp({ body: { password: 'another one entirely' } }),
  ).rejects.toMatchObject({ status: 403, code: 'PASSWORD_WRONG' });
  const { token, uri, secret } = await as(cookie).beginTotp({ body: { password } });
  expect(uri).toBe(
    `otpauth://totp/Leukoscope:ann?issuer=Leukoscope&secret=${secret}&algorithm=SHA1&digits=6&period=30`,
  );
  expect(secret).toMatch(/^[A-Z2-7]{32}$/);
  const wrong = as(cookie).confirmTotp({ body: { token, code: '000000', name: 'Phone' } });
  await expect(wrong).rejects.toMatchObject({ status: 403, code: 'CODE_WRONG' });
  // Not added yet: the password is enough.
  expect((await stranger().signIn({ body: { name: 'ann', password } })).secondStep).toBeNull();
  const added = await as(cookie).confirmTotp({
    body: { token, code: codeOf(uri), name: 'Phone' },
  });
  expect(added.recoveryCodes).toHaveLength(10);
  expect(new Set(added.recoveryCodes).size).toBe(10);
  expect(
    [...added.recoveryCodes!].every((code) => /^([0-9a-z]{4}-){5}[0-9a-z]{4}$/.test(code)),
  ).toBe(true);
  expect((await as(cookie).getSession()).user?.name).toBe('ann');
  expect((await as(other).getSession()).user).toBeNull();

  const answer = await stranger().signIn({ body: { name: 'ann', password } });
  expect(answer).toMatchObject({ user: null, secondStep: { kinds: ['totp', 'recovery-codes'] } });
  now += 30_000;
  const entered = await finish(answer.secondStep!.token, { kind: 'totp', code: codeOf(uri) });
  expect((await as(entered).getSession()).user?.name).toBe('ann');
  // The step is over: its token opens nothing more.
  const again = stranger().finishSignIn({
    body: {
      token: answer.secondStep!.token,
      proof: { kind: 'totp', code: codeOf(uri, now + 30_000) },
    },
  });
  await expect(again).rejects.toMatchObject({ status: 409, code: 'STEP_OVER' });
  expect(await verifyAll(server.context)).toEqual([]);
});

test('a code is taken once, and for a minute and a half', async () => {
  await makeAccount('ben');
  const { uri } = await addApp(await signIn('ben'));
  const code = codeOf(uri);
  const tries = await Promise.all([step('ben'), step('ben')]);
  const answers = await Promise.all(
    tries.map(({ token }) =>
      stranger()
        .finishSignIn({ body: { token, proof: { kind: 'totp', code } } })
        .then(
          () => 'in',
          (error) => error.code,
        ),
    ),
  );
  expect(answers.toSorted()).toEqual(['CODE_WRONG', 'in']);
  for (const [late, outcome] of [
    [90_000, 'CODE_WRONG'],
    [-60_000, 'CODE_WRONG'],
    [30_000, 'in'],
  ] as const) {
    now += 300_000;
    const { token } = await step('ben');
    const given = await stranger()
      .finishSignIn({ body: { token, proof: { kind: 'totp', code: codeOf(uri, now - late) } } })
      .then(
        () => 'in',
        (error) => error.code,
      );
    expect([late, given]).toEqual([late, outcome]);
  }
});

test('a recovery code stands in once, and new ones end those from before', async () => {
  await makeAccount('cat');
  const cookie = await signIn('cat');
  const { codes } = await addApp(cookie);
  const [first, second] = codes!;
  const typed = first!.toUpperCase().replaceAll('-', ' ');
  const entered = await finish((await step('cat')).token, { kind: 'recovery-codes', code: typed });
  const { items } = await as(entered).listSecondFactors();
  expect(items.map(({ kind, left }) => [kind, left])).toEqual([
    ['totp', null],
    ['recovery-codes', 9],
  ]);
  const body = async (code: string) => ({
    token: (await step('cat')).token,
    proof: { kind: 'recovery-codes' as const, code },
  });
  await expect(stranger().finishSignIn({ body: await body(first!) })).rejects.toMatchObject({
    code: 'CODE_WRONG',
  });
  const { recoveryCodes } = await as(entered).renewRecoveryCodes({ body: { password } });
  await expect(stranger().finishSignIn({ body: await body(second!) })).rejects.toMatchObject({
    code: 'CODE_WRONG',
  });
  await stranger().finishSignIn({ body: await body(recoveryCodes[0]!) });
  expect(await verifyAll(server.context)).toEqual([]);
});

test('guesses at the second step are braked by account, wherever they come from', async () => {
  await makeAccount('dan');
  const { uri } = await addApp(await signIn('dan'));
  const guess = async (code: string) => {
    const { token } = await step('dan');
    return stranger()
      .finishSignIn({ body: { token, proof: { kind: 'totp', code } } })
      .then(
        () => 'in',
        (error) => error.code,
      );
  };
  const right = codeOf(uri);
  const wrong = right === '123456' ? '123457' : '123456';
  const answers = [];
  for (let i = 0; i < 10; i++) answers.push(await guess(wrong));
  expect(new Set(answers)).toEqual(new Set(['CODE_WRONG']));
  expect(await guess(right)).toBe('SIGN_IN_TOO_OFTEN');
  now += 16 * 60_000;
  expect(await guess(codeOf(uri))).toBe('in');
  const chief = as(await signIn('chief'));
  const { items } = await chief.listTrail({ query: { limit: 20 } });
  const refused = items.filter(
    ({ action, by }) => action === 'second-factor.refused' && by.name === 'The dan',
  );
  expect(refused).toHaveLength(10);
  expect(refused[0]).toMatchObject({ address: '127.0.0.1' });
});

test('one removes one’s own with the password, an administrator those of somebody who has lost them', async () => {
  const eve = await makeAccount('eve');
  const cookie = await signIn('eve');
  await addApp(cookie);
  const id = (await as(cookie).listSecondFactors()).items.find(({ kind }) => kind === 'totp')!.id;
  const remove = (given: string) =>
    as(cookie).removeSecondFactor({ params: { id }, body: { password: given } });
  await expect(remove('not the right one')).rejects.toMatchObject({ code: 'PASSWORD_WRONG' });
  await remove(password);
  expect((await as(cookie).listSecondFactors()).items).toEqual([]);
  expect((await stranger().signIn({ body: { name: 'eve', password } })).secondStep).toBeNull();

  const again = await signIn('eve');
  await addApp(again);
  const chief = as(await signIn('chief'));
  const listed = async () =>
    (await chief.listUsers()).items.find(({ name }) => name === 'eve')!.hasSecondFactor;
  expect(await listed()).toBe(true);
  await expect(as(again).removeSecondFactorsOf({ params: { id: eve.id } })).rejects.toMatchObject({
    status: 403,
  });
  const own = (await chief.getSession()).user!.id;
  await expect(chief.removeSecondFactorsOf({ params: { id: own } })).rejects.toMatchObject({
    status: 409,
    code: 'SECOND_FACTOR_OWN',
  });
  const { token } = await step('eve');
  await chief.removeSecondFactorsOf({ params: { id: eve.id } });
  expect(await listed()).toBe(false);
  expect((await as(again).getSession()).user).toBeNull();
  // A sign-in that was under way ends with what it waited for.
  await expect(
    stranger().finishSignIn({ body: { token, proof: { kind: 'totp', code: '000000' } } }),
  ).rejects.toMatchObject({ code: 'STEP_OVER' });
  const [last] = (await chief.listTrail({ query: { limit: 1 } })).items;
  expect(last).toMatchObject({
    action: 'second-factor.removed',
    subjectId: eve.id,
    by: { name: 'The Chief' },
    before: { factors: [{ kind: 'totp', name: 'Phone' }, { kind: 'recovery-codes' }] },
  });
  expect(await verifyAll(server.context)).toEqual([]);
});

test('where the site asks one of a role, nothing else is open until it is added', async () => {
  await makeAccount('flo', 'signer');
  const before = await signIn('flo');
  const chief = as(await signIn('chief'));
  const site = await chief.getSite();
  const saved = await chief.replaceSite({ body: { ...site, secondFactorRoles: ['signer'] } });
  // Who is at work goes on; it is asked at the next sign-in.
  expect((await as(before).listCases({ query: {} })).items).toEqual([]);
  const cookie = await signIn('flo');
  expect((await as(cookie).getSession()).user).toMatchObject({ mustAddSecondFactor: true });
  const refused = { status: 403, code: 'SECOND_FACTOR_NEEDED' };
  await expect(as(cookie).listCases({ query: {} })).rejects.toMatchObject(refused);
  await expect(as(cookie).listSessions({ query: {} })).rejects.toMatchObject(refused);
  await expect(
    as(cookie).changePassword({ body: { current: password, next: 'teal zeppelins over Oslo' } }),
  ).rejects.toMatchObject(refused);
  expect(await as(cookie).listSecondFactors()).toEqual({ items: [], isRequired: true });
  await addApp(cookie);
  expect((await as(cookie).getSession()).user).toMatchObject({ mustAddSecondFactor: false });
  expect((await as(cookie).listCases({ query: {} })).items).toEqual([]);
  const id = (await as(cookie).listSecondFactors()).items[0]!.id;
  await expect(
    as(cookie).removeSecondFactor({ params: { id }, body: { password } }),
  ).rejects.toMatchObject({ status: 409, code: 'SECOND_FACTOR_LAST' });
  await chief.replaceSite({ body: { ...saved, secondFactorRoles: [] } });
  expect(await verifyAll(server.context)).toEqual([]);
});

test('the database alone tells no secret and no code; a secret opens in its own row only, and after a new key', async () => {
  const gus = await makeAccount('gus');
  const { uri, secret, codes } = await addApp(await signIn('gus'));
  const { sql: handle } = server.context.db;
  const rows = () => handle.select().from(secondFactors).where(eq(secondFactors.userId, gus.id));
  const stored = JSON.stringify(await rows());
  const bare = [secret, ...codes!, ...codes!.map((code) => code.replaceAll('-', ''))];
  expect(bare.filter((one) => stored.includes(one))).toEqual([]);
  const sealed = (await rows()).find(({ kind }) => kind === 'totp')!;
  const keyId = await rotateKey(server.context);
  const resealed = (await rows()).find(({ kind }) => kind === 'totp')!;
  expect(sealed.secret).not.toContain(keyId);
  expect(resealed.secret).toContain(keyId);
  expect(await verifyAll(server.context)).toEqual([]);
  now += 30_000;
  const entered = await finish((await step('gus')).token, { kind: 'totp', code: codeOf(uri) });
  expect((await as(entered).getSession()).user?.name).toBe('gus');

  // Whoever may write the database puts the own secret into another's row.
  const mallory = await makeAccount('mallory');
  const theirs = await addApp(await signIn('mallory'));
  const [own] = await handle
    .select()
    .from(secondFactors)
    .where(eq(secondFactors.userId, mallory.id));
  await handle
    .update(secondFactors)
    .set({ secret: own!.secret })
    .where(eq(secondFactors.id, resealed.id));
  const { token } = await step('gus');
  await expect(
    stranger().finishSignIn({ body: { token, proof: { kind: 'totp', code: codeOf(theirs.uri) } } }),
  ).rejects.toMatchObject({ status: 409, code: 'SECOND_FACTOR_SEALED' });
  expect(await verifyAll(server.context)).toEqual([
    expect.stringMatching(/^second factor \S+ \(Phone\) was changed\.$/),
  ]);
  await handle
    .update(secondFactors)
    .set({ secret: resealed.secret })
    .where(eq(secondFactors.id, resealed.id));
});
