import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CellClass } from '@leukoscope/core';
import { type PeopleServer, password, startPeopleServer } from './people-server.ts';
import { analysedCase, signAsShown } from './test-server.ts';

let server: PeopleServer;

beforeAll(async () => {
  server = await startPeopleServer([
    ['ann', 'Ann Miller', 'signer'],
    ['stu', 'Stu Dent', 'viewer'],
    ['sue', 'Sue Dent', 'viewer'],
  ]);
}, 120_000);

afterAll(() => server.close(), 120_000);

/** A signed case with so many cells of each of two types. */
async function signedCase(number: string, neutrophils: number, lymphocytes: number) {
  const client = server.as('ann');
  const blobs = [
    ...Array.from({ length: neutrophils }, () => 'neutrophil' as const),
    ...Array.from({ length: lymphocytes }, () => 'lymphocyte' as const),
  ];
  const { id, cells } = await analysedCase({ ...server, client }, blobs, number);
  const refs = cells.map(({ id: cell, revision }) => ({ id: cell, revision }));
  await client.createReview({
    params: { id },
    body: { action: { kind: 'see', cells: refs } },
  });
  await signAsShown(client, id, { password });
  return cells;
}

test('without signed cells nothing can be asked', async () => {
  await expect(server.as('stu').startTeaching({ body: { cells: 10 } })).rejects.toMatchObject({
    status: 409,
    code: 'TEACHING_FEW',
  });
});

test('a round hides what was signed until all is answered, then says how many were the same', async () => {
  const cells = await signedCase('T-1', 8, 4);
  const truth = new Map(cells.map(({ id, bin }) => [id, bin]));
  const stu = server.as('stu');
  const round = await stu.startTeaching({ body: { cells: 10 } });
  const params = { id: round.id };
  expect(round.cells).toHaveLength(10);
  expect(JSON.stringify(round.cells)).not.toContain('lymphocyte');
  // Each type as often as there are any.
  const asked = round.cells.map(({ cellId }) => truth.get(cellId));
  expect(asked.filter((bin) => bin === 'lymphocyte')).toHaveLength(4);
  expect(round.choices.map(({ cellClass }) => cellClass)).toContain('monocyte');

  const right = (cellId: string) => truth.get(cellId) as CellClass;
  const [first, ...rest] = round.cells.map(({ cellId }) => cellId);
  const one = await stu.answerTeaching({
    params,
    body: { answers: [{ cellId: first!, cellClass: 'monocyte' }] },
  });
  expect(one).toMatchObject({ answered: 1, finishedAt: null, result: null });
  expect(one.cells.every(({ signed }) => signed === null)).toBe(true);

  const over = await stu.answerTeaching({
    params,
    body: { answers: rest.map((cellId) => ({ cellId, cellClass: right(cellId) })) },
  });
  expect(over.result).toMatchObject({ cells: 10, same: 9 });
  expect(over.result!.kappa!).toBeGreaterThan(0.7);
  expect(over.cells.find(({ cellId }) => cellId === first)).toMatchObject({
    answer: 'monocyte',
    signed: right(first!),
  });
  await expect(
    stu.answerTeaching({
      params,
      body: { answers: [{ cellId: first!, cellClass: right(first!) }] },
    }),
  ).rejects.toMatchObject({ code: 'TEACHING_OVER' });
});

test("a round is its person's; an administrator sees and exports everybody's", async () => {
  const sue = server.as('sue');
  const mine = await sue.startTeaching({ body: { cells: 10 } });
  const { items } = await sue.listTeaching();
  expect(items.map(({ id }) => id)).toEqual([mine.id]);
  const params = { id: mine.id };
  await expect(server.as('stu').getTeaching({ params })).rejects.toMatchObject({ status: 404 });
  const answers = [{ cellId: mine.cells[0]!.cellId, cellClass: 'basophil' as const }];
  for (const name of ['stu', 'chief']) {
    await expect(
      server.as(name).answerTeaching({ params, body: { answers } }),
    ).rejects.toMatchObject({ status: 404 });
  }
  expect((await server.as('chief').listTeaching()).items).toHaveLength(2);
  const table = await server.app.inject({
    url: '/api/teaching.csv',
    headers: { host: 'localhost', ...server.cookieOf('chief') },
  });
  // The open round of Sue has no score yet.
  expect(table.body.trim().split('\r\n')).toHaveLength(2);
  expect(table.body).toContain('Stu Dent');
});
