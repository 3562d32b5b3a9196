import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer, type TestServer } from './test-server.ts';

let server: TestServer;

beforeAll(async () => {
  // Nothing here needs a model.
  server = await startTestServer({ work: { workers: 0 } });
}, 240_000);

afterAll(() => server.close(), 240_000);

test('a number that a case has is refused with that case, also when two ask at once', async () => {
  const { client } = server;
  const body = { number: 'N-1', isNewNumber: true };
  const answers = await Promise.allSettled([
    client.createCase({ body }),
    client.createCase({ body }),
  ]);
  const made = answers.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const refused = answers.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
  expect(made).toHaveLength(1);
  expect(refused).toEqual([
    expect.objectContaining({
      status: 409,
      code: 'CASE_NUMBER_EXISTS',
      body: expect.objectContaining({ details: { caseId: made[0]!.id, state: 'open' } }),
    }),
  ]);
  // A discarded case has given its number back; who does not ask gets a second case, as before.
  await client.discardCase({ params: { id: made[0]!.id }, body: { revision: 0 } });
  await client.createCase({ body });
  await client.createCase({ body: { number: 'N-1' } });
}, 240_000);

test('facts are corrected with a trail of old and new and the reason', async () => {
  const { client } = server;
  const { id } = await client.createCase({ body: { number: 'N-2', patientReference: 'P-1' } });
  const params = { id };
  await client.changeCase({
    params,
    body: { revision: 0, patientReference: 'P-2', specimen: 'bone-marrow', reason: 'Wrong tube' },
  });
  const { items } = await client.listHistory({ params });
  expect(items.at(-1)).toMatchObject({
    action: 'case.changed',
    reason: 'Wrong tube',
    changes: [
      {
        before: { patientReference: 'P-1', specimen: 'peripheral-blood' },
        after: { patientReference: 'P-2', specimen: 'bone-marrow' },
      },
    ],
  });
}, 240_000);

test('sign-off names the files that were announced and are not here', async () => {
  const { client } = server;
  const { id } = await client.createCase({ body: { number: 'N-3' } });
  const params = { id };
  const upload = await client.createUpload({
    params,
    body: { fileName: 'second half.png', sizeBytes: 10 },
  });
  const missing = async () =>
    (await client.getSignOff({ params })).blockers.filter(({ code }) => code === 'FILES_MISSING');
  expect(await missing()).toEqual([
    {
      code: 'FILES_MISSING',
      count: 1,
      message: '1 file is announced and not here: second half.png. Send again, or give up.',
    },
  ]);
  await client.cancelUpload({ params: { id: upload.id } });
  expect(await missing()).toEqual([]);
}, 240_000);
