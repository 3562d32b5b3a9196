import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { newSetupToken } from '../src/auth/accounts.ts';
import { createHashLine } from '../src/auth/hash-line.ts';
import { fhirFaults } from './fhir-faults.ts';
import { at as partOf, parseOrder } from './parse-hl7.ts';
import { readPdf } from './read-pdf.ts';
import { type PeopleServer, password, startPeopleServer } from './people-server.ts';
import { analysedCase, clientOf, signAsShown, startTestServer } from './test-server.ts';

let server: PeopleServer;
let now = Date.parse('2026-03-01T08:00:00.000Z');
const origin = { origin: 'http://localhost' };
let count = 0;

const as = (name: string) => server.as(name);
const cookieOf = (name: string) => server.cookieOf(name);
const bundleSchema = z.object({
  entry: z.array(z.object({ resource: z.record(z.string(), z.unknown()) })),
});

beforeAll(async () => {
  server = await startPeopleServer(
    [
      ['ann', 'Ann Miller', 'signer'],
      ['ben', 'Ben Ito', 'signer'],
      ['rev', 'Rev Iewer', 'reviewer'],
    ],
    { clock: () => new Date(now) },
  );
}, 120_000);

afterAll(() => server.close(), 120_000);

/** A case that can be signed. */
async function readyCase(signersNeeded: 1 | 2 = 1) {
  count++;
  const client = as('ann');
  const { id, cells } = await analysedCase({ ...server, client }, ['neutrophil'], `P-${count}`);
  const params = { id };
  const see = cells.map(({ id: cellId, revision }) => ({ id: cellId, revision }));
  await client.createReview({ params, body: { action: { kind: 'see', cells: see } } });
  if (signersNeeded === 2) {
    await client.changeCase({ params, body: { revision: 0, signersNeeded } });
  }
  return params;
}

const reopening = async (params: { id: string }, given: string | undefined = password) => {
  const { revision } = await as('ann').getCase({ params });
  return { params, body: { revision, reason: 'A second look', password: given } };
};

const wrong = { status: 403, code: 'PASSWORD_WRONG' };

test('signing, amending and withdrawing ask for the password again', async () => {
  const params = await readyCase();
  const { id } = params;
  for (const given of [undefined, 'another one altogether']) {
    await expect(signAsShown(as('ann'), id, { password: given })).rejects.toMatchObject(wrong);
  }
  await signAsShown(as('ann'), id, { password });
  for (const given of ['', 'another one altogether']) {
    await expect(as('ann').amendCase(await reopening(params, given))).rejects.toMatchObject(wrong);
  }
  await as('ann').amendCase(await reopening(params));

  const two = await readyCase(2);
  await signAsShown(as('ann'), two.id, { password, meaning: 'reviewed' });
  await expect(as('ann').withdrawSignature(await reopening(two, ''))).rejects.toMatchObject(wrong);
  expect((await as('ann').withdrawSignature(await reopening(two))).state).toBe('open');
});

test('guesses at signing are braked like sign-ins: by session, so that the owner is not shut out', async () => {
  const params = await readyCase();
  const other = await server.signIn('ann');
  const guess = (given: string) => signAsShown(as('ann'), params.id, { password: given });
  for (let i = 0; i < 4; i++) await expect(guess(`guess ${i}`)).rejects.toMatchObject(wrong);
  // Every question for the password counts, whatever is asked for.
  for (let i = 0; i < 3; i++) {
    await expect(as('ann').amendCase(await reopening(params, `guess ${i}`))).rejects.toMatchObject(
      wrong,
    );
    await expect(
      as('ann').changePassword({ body: { current: `guess ${i}`, next: 'long and new phrase' } }),
    ).rejects.toMatchObject(wrong);
  }
  const braked = { status: 429, code: 'SIGN_IN_TOO_OFTEN' };
  await expect(guess(password)).rejects.toMatchObject(braked);
  await expect(as('ann').amendCase(await reopening(params))).rejects.toMatchObject(braked);
  await expect(as('ann').withdrawSignature(await reopening(params))).rejects.toMatchObject(braked);
  expect((await signAsShown(other, params.id, { password })).state).toBe('signed');
  now += 16 * 60_000;
  await as('ann').amendCase(await reopening(params));
});

test('guesses at signing that come all at once are counted like others', async () => {
  const params = await readyCase();
  const session = await server.signIn('ben');
  const answers = await Promise.all(
    Array.from({ length: 30 }, (_, i) =>
      signAsShown(session, params.id, { password: `guess ${i}` }).catch(
        (error: { code: string }) => error.code,
      ),
    ),
  );
  expect(answers.filter((code) => code === 'PASSWORD_WRONG')).toHaveLength(10);
  expect(answers.filter((code) => code === 'SIGN_IN_TOO_OFTEN')).toHaveLength(20);
});

test('a signature names the account beside the display name, what it means, why, and what it binds', async () => {
  const params = await readyCase();
  await as('rev').createComment({ params, body: { text: 'seen' } });
  const { sha256 } = await as('ann').getSigning({ params });
  await signAsShown(as('ann'), params.id, { password, meaning: 'reviewed', reason: 'Asked for' });
  const [version] = (await as('rev').listVersions({ params })).items;
  const at = new Date(now).toISOString();
  expect(version!.signatures).toMatchObject([
    {
      by: { name: 'Ann Miller' },
      account: 'ann',
      at,
      meaning: 'reviewed',
      reason: 'Asked for',
      sha256,
    },
  ]);
  const exported = async (format: string) => {
    const answer = await server.app.inject({
      url: `/api/cases/${params.id}/exports/${format}`,
      headers: { host: 'localhost', ...cookieOf('ann') },
    });
    expect(answer.statusCode, format).toBe(200);
    return answer;
  };
  const time = at.slice(0, 19).replace('T', ' ');
  const sentence = `Reviewed by Ann Miller (ann), ${time} UTC. Reason: Asked for`;
  const pdf = readPdf((await exported('pdf')).rawPayload).pages.join(' ');
  const html = (await exported('html')).body;
  const { order, notes } = parseOrder((await exported('hl7')).body);
  for (const text of [pdf, html, notes.join('\n')]) {
    expect(text).toContain(sentence);
    expect(text).toContain(`SHA-256 of everything that was signed: ${sha256}`);
  }
  expect(JSON.stringify(partOf(order, 'OBR', 32))).toMatch(/"ann".*"Ann Miller"/);
  const bundle = (await exported('fhir')).json();
  const fhir = bundleSchema.parse(bundle);
  const who = { identifier: { value: 'ann' }, display: 'Ann Miller' };
  const [provenance] = fhir.entry.filter(
    ({ resource }) => resource['resourceType'] === 'Provenance',
  );
  expect(provenance!.resource).toMatchObject({
    recorded: at,
    reason: [{ text: 'Asked for' }],
    agent: [{ who }],
    entity: [{ role: 'source', what: { identifier: { value: sha256 } } }],
    signature: [{ when: at, who, type: [{ display: 'Review Signature' }] }],
  });
  expect(fhir.entry[0]!.resource).toMatchObject({ performer: [who], resultsInterpreter: [who] });
  // By HL7's own schema, which knows no property that we invent.
  expect(fhirFaults(bundle)).toEqual([]);
});

test("one's own first signature is withdrawn, another's only by an administrator", async () => {
  const params = await readyCase(2);
  await signAsShown(as('ann'), params.id, { password, meaning: 'reviewed' });
  await expect(as('ben').withdrawSignature(await reopening(params))).rejects.toMatchObject({
    status: 403,
    code: 'SIGNATURE_OF_OTHERS',
    message: expect.stringContaining('Ann Miller'),
  });
  expect((await as('ann').getSignOff({ params })).signatures).toHaveLength(1);
  await as('ann').withdrawSignature(await reopening(params));
  const [given] = (await signAsShown(as('ann'), params.id, { password })) && [
    (await as('ann').getSignOff({ params })).signatures[0]!,
  ];
  const { revision } = await as('ann').getCase({ params });
  await expect(
    as('chief').withdrawSignature({ params, body: { revision, reason: ' ', password } }),
  ).rejects.toMatchObject({ status: 400 });
  expect((await as('chief').withdrawSignature(await reopening(params))).state).toBe('open');
  const { items } = await as('ann').listHistory({ params });
  expect(items.at(-1)).toMatchObject({
    action: 'case.signature-withdrawn',
    by: { name: 'The Chief' },
    reason: 'A second look',
    changes: [
      { subject: 'case', before: { state: 'half-signed' }, after: { state: 'open' } },
      {
        subject: 'signature',
        id: given!.id,
        before: { by: { name: 'Ann Miller' }, isWithdrawn: false },
        after: { isWithdrawn: true },
      },
    ],
  });
});

test('both signers sign the same: what changed since the first signature has to be signed anew', async () => {
  const params = await readyCase(2);
  await signAsShown(as('ann'), params.id, { password, meaning: 'reviewed' });
  const site = await as('chief').getSite();
  await as('chief').replaceSite({ body: { ...site, name: 'Another laboratory' } });
  const blocked = { code: 'CHANGED_SINCE_FIRST', count: 1 };
  expect((await as('ben').getSignOff({ params })).blockers).toMatchObject([blocked]);
  await expect(signAsShown(as('ben'), params.id, { password })).rejects.toMatchObject({
    code: 'SIGN_BLOCKED',
    body: { details: { blockers: [blocked] } },
  });
  await as('ann').withdrawSignature(await reopening(params));
  await signAsShown(as('ann'), params.id, { password, meaning: 'reviewed' });
  now += 1000;
  await signAsShown(as('ben'), params.id, { password });
  const [version] = (await as('ann').listVersions({ params })).items;
  expect(version!.signatures.map((one) => [one.account, one.meaning, one.sha256])).toEqual([
    ['ann', 'reviewed', version!.sha256],
    ['ben', 'approved', version!.sha256],
  ]);
});

test('fewer signatures are decided by who may sign, with a reason', async () => {
  const params = await readyCase(2);
  const lower = async (name: string, reason?: string) => {
    const { revision } = await as('ann').getCase({ params });
    const body = { revision, signersNeeded: 1 as const, reason };
    return as(name).changeCase({ params, body });
  };
  const role = { status: 403, code: 'SIGNERS_ROLE' };
  await expect(lower('rev', 'Night shift')).rejects.toMatchObject(role);
  await expect(lower('ann')).rejects.toMatchObject({ status: 422, code: 'SIGNERS_REASON' });
  expect(await lower('ann', 'Night shift')).toMatchObject({ signersNeeded: 1 });
  expect((await as('ann').listHistory({ params })).items.at(-1)).toMatchObject({
    reason: 'Night shift',
    changes: [{ before: { signersNeeded: 2 }, after: { signersNeeded: 1 } }],
  });
  // More are asked for by anybody who may change the case.
  const { revision } = await as('ann').getCase({ params });
  await as('rev').changeCase({ params, body: { revision, signersNeeded: 2 } });

  // Nor does a new case ask for fewer than the site.
  const site = await as('chief').getSite();
  await as('chief').replaceSite({ body: { ...site, signersNeeded: 2 } });
  const body = { number: 'P-new', signersNeeded: 1 as const };
  await expect(as('rev').createCase({ body: { ...body, reason: 'x' } })).rejects.toMatchObject(
    role,
  );
  await expect(as('ann').createCase({ body })).rejects.toMatchObject({ code: 'SIGNERS_REASON' });
  const made = await as('ann').createCase({ body: { ...body, reason: 'Night shift' } });
  const [first] = (await as('ann').listHistory({ params: { id: made.id } })).items;
  expect([made.signersNeeded, first!.reason]).toEqual([1, 'Night shift']);
  await as('chief').replaceSite({ body: { ...(await as('chief').getSite()), signersNeeded: 1 } });
});

test('no two accounts show the same name, nor one the name that another signs in with', async () => {
  const twice = { status: 409, code: 'DISPLAY_NAME_TWICE' };
  const make = (displayName: string, name = 'eve') =>
    as('chief').createUser({ body: { name, displayName, role: 'signer', password } });
  for (const shown of ['Ann Miller', 'ann  MILLER', 'Ann\u200b Miller', '\uff21nn Miller', 'Ben']) {
    await expect(make(shown), shown).rejects.toMatchObject(twice);
  }
  // An account may of course show the name that it signs in with itself.
  const eve = await make('Eve');
  const change = (displayName: string) =>
    as('chief').changeUser({
      params: { id: eve.id },
      body: { revision: eve.revision, displayName },
    });
  await expect(change('ann miller')).rejects.toMatchObject(twice);
  expect((await change('EVE')).displayName).toBe('EVE');
});

test('two accounts of one name that are made at the same time are one account', async () => {
  const made = await Promise.allSettled(
    ['twin-1', 'twin-2', 'twin-3'].map((name) =>
      as('chief').createUser({ body: { name, displayName: 'Twin', role: 'viewer', password } }),
    ),
  );
  expect(made.filter((one) => one.status === 'fulfilled')).toHaveLength(1);
});

test('sixty guesses do not hold up a chunk of an upload, nor a signature', async () => {
  const slow = await startTestServer({
    mode: 'accounts',
    limits: { passwordCost: 13, signInsPerMinute: 100 },
    work: { workers: 0 },
  });
  try {
    const token = (await newSetupToken(slow.context))!;
    const chief = { token, name: 'chief', displayName: 'Chief', password };
    const answer = await slow.app.inject({
      method: 'POST',
      url: '/api/setup',
      headers: { host: 'localhost', ...origin },
      payload: chief,
    });
    const cookie = String(answer.headers['set-cookie']).split(';')[0]!;
    const client = clientOf(slow.app, { ...origin, cookie });
    const made = await client.createCase({ body: { number: 'U' } });
    const upload = await client.createUpload({
      params: { id: made.id },
      body: { fileName: 'a.png', sizeBytes: 3 },
    });
    let answered = 0;
    const guesses = Array.from({ length: 60 }, async () => {
      await slow.app.inject({
        method: 'POST',
        url: '/api/session',
        headers: { host: 'localhost', ...origin },
        payload: { name: 'chief', password: 'a guess' },
      });
      answered++;
    });
    // The first of them is at work.
    await guesses[0];
    await client.sendChunk({
      params: { id: upload.id },
      query: { offset: 0 },
      body: new Uint8Array([1]),
    });
    expect(answered).toBeLessThan(10);
    // Who has signed in stands in another line.
    await client.changePassword({ body: { current: password, next: 'long and new phrase' } });
    expect(answered).toBeLessThan(30);
    await Promise.all(guesses);
  } finally {
    await slow.close();
  }
}, 120_000);

test('who comes to a line that is full is told so, and it empties again', async () => {
  const line = createHashLine(2);
  const { promise, resolve } = Promise.withResolvers<string>();
  const waiting = [line.run(() => promise), line.run(async () => 'second')];
  expect(() => line.run(async () => 'third')).toThrow(
    expect.objectContaining({ status: 503, code: 'PASSWORDS_BUSY' }),
  );
  resolve('first');
  expect(await Promise.all(waiting)).toEqual(['first', 'second']);
  await expect(line.run(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  expect(await line.run(async () => 'fourth')).toBe('fourth');
});
