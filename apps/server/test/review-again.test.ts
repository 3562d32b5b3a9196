import { afterAll, beforeAll, expect, test } from 'vitest';
import { verifyAll } from '../src/backup/verify.ts';
import { blobImage, startTestServer, type TestServer, upload } from './test-server.ts';

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer({ work: { workers: 0 } });
}, 180_000);

afterAll(() => server.close(), 60_000);

async function openCase(number: string) {
  const { client } = server;
  const { id } = await client.createCase({ body: { number } });
  const field = await upload(client, id, await blobImage(['neutrophil']));
  /** Add a cell by a review with an id; the right edge makes it this review or another. */
  const send = (reviewId: string, x2 = 9) =>
    client.createReview({
      params: { id },
      body: {
        id: reviewId,
        action: {
          kind: 'add',
          fieldId: field.id,
          box: { x1: 1, y1: 1, x2, y2: 9 },
          mask: null,
          bin: 'blast',
        },
      },
    });
  const entries = async () => (await client.listHistory({ params: { id } })).items;
  return { id, send, entries };
}

test('a review that is sent twenty times at once with one id is done once, and answered alike each time', async () => {
  const { id, send, entries } = await openCase('AGAIN');
  const reviewId = '0190a5d0-0000-7000-8000-00000000abcd';
  const before = (await entries()).length;
  const answers = await Promise.all(Array.from({ length: 20 }, () => send(reviewId)));
  for (const answer of [...answers, await send(reviewId)]) expect(answer).toEqual(answers[0]);
  expect(await entries()).toHaveLength(before + 1);
  expect((await server.client.listCells({ params: { id } })).items).toHaveLength(1);
  expect(await verifyAll(server.context)).toEqual([]);
}, 120_000);

test('an id that another review, case or entry has is refused, also at the same time', async () => {
  const cases = [await openCase('ID-1'), await openCase('ID-2')];
  const reviewId = '0190a5d0-0000-7000-8000-00000000abce';
  const tries = await Promise.allSettled(
    Array.from({ length: 10 }, (_, i) => cases[i % 2]!.send(reviewId)),
  );
  const won = tries.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  const lost = tries.flatMap((each) => (each.status === 'rejected' ? [each.reason] : []));
  expect(won).toHaveLength(5);
  const taken = { status: 409, code: 'REVIEW_ID_TAKEN' };
  for (const reason of lost) expect(reason).toMatchObject(taken);
  const winner = cases.find(({ id }) => id === won[0]!.entry.caseId)!;
  await expect(winner.send(reviewId, 8)).rejects.toMatchObject(taken);
  const made = (await winner.entries())[0]!;
  await expect(winner.send(made.id)).rejects.toMatchObject(taken);
  expect(await verifyAll(server.context)).toEqual([]);
}, 120_000);
