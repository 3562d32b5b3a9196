import type { Client } from '@leukoscope/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type PeopleServer, password, startPeopleServer } from './people-server.ts';
import { readPdf } from './read-pdf.ts';
import { analysedCase, type Blob, signAsShown } from './test-server.ts';

let server: PeopleServer;
let vera: Client;
let now = Date.parse('2026-03-02T08:00:00.000Z');
const week = 7 * 86_400_000;

beforeAll(async () => {
  server = await startPeopleServer(
    [
      ['ann', 'Ann Miller', 'signer'],
      ['ben', 'Ben Ito', 'reviewer'],
      ['vera', 'Vera Onlooker', 'viewer'],
    ],
    { clock: () => new Date(now) },
  );
  // Three cases in three weeks; in the last the model took a monocyte for a lymphocyte.
  await signedCase('A-1', ['neutrophil', 'lymphocyte', 'lymphocyte']);
  now += week;
  await signedCase('A-2', ['neutrophil', 'neutrophil', 'lymphocyte']);
  now += week;
  await signedCase('A-3', ['neutrophil', 'lymphocyte'], 'monocyte');
  // Nobody signed this one.
  await analysedCase({ ...server, client: await server.signIn('ben') }, ['lymphocyte'], 'A-4');
  vera = await server.signIn('vera');
}, 120_000);

afterAll(() => server.close(), 120_000);

/** Ben looks at all cells and moves the last one, if so asked; Ann signs. */
async function signedCase(number: string, blobs: readonly Blob[], moved?: 'monocyte') {
  // Last week's session is over.
  const client = await server.signIn('ben');
  const { id, cells } = await analysedCase({ ...server, client }, blobs, number);
  const params = { id };
  const refs = cells.map(({ id: cell, revision }) => ({ id: cell, revision }));
  const last = cells.find(({ bin }) => bin === 'lymphocyte')!;
  const others = refs.filter((ref) => moved === undefined || ref.id !== last.id);
  await client.createReview({ params, body: { action: { kind: 'see', cells: others } } });
  if (moved !== undefined) {
    const ref = { id: last.id, revision: last.revision };
    await client.createReview({
      params,
      body: { action: { kind: 'reclassify', cells: [ref], bin: moved } },
    });
  }
  await signAsShown(await server.signIn('ann'), id, { password });
}

test('counts what people signed beside what the model said, by type, place and week', async () => {
  const agreement = await vera.getAgreement({ query: {} });
  expect(agreement.cases.map(({ number, cells, corrected }) => [number, cells, corrected])).toEqual(
    [
      ['A-3', 2, 1],
      ['A-2', 3, 0],
      ['A-1', 3, 0],
    ],
  );
  expect(agreement.cells).toBe(8);
  expect(agreement.found).toEqual({ both: 8, missed: 0, spurious: 0 });
  // Three cases: too few for limits.
  expect(agreement.sameType).toEqual({ value: 7 / 8, low: null, high: null });
  const type = (bin: string) => agreement.types.find((one) => one.bin === bin)!;
  expect(type('monocyte')).toMatchObject({
    people: 1,
    model: 0,
    both: 0,
    sensitivity: { value: 0 },
    predictive: null,
  });
  expect(type('lymphocyte')).toMatchObject({
    people: 3,
    model: 4,
    sensitivity: { value: 1 },
    specificity: { value: 4 / 5 },
    predictive: { value: 3 / 4 },
  });
  expect(agreement.pairs).toContainEqual({ people: 'monocyte', model: 'lymphocyte', count: 1 });
  expect(agreement.weeks.map(({ start, corrected }) => [start, corrected])).toEqual([
    ['2026-03-02', 0],
    ['2026-03-09', 0],
    ['2026-03-16', 1],
  ]);
  expect(agreement.drift.map(({ what }) => what)).toEqual(['corrected', 'unsure']);
});

test('who signed answers for every cell: Ann agrees with Ben', async () => {
  const { people } = await vera.getAgreement({ query: {} });
  expect(people).toEqual([
    {
      first: expect.any(String),
      second: expect.any(String),
      cases: 3,
      cells: 8,
      same: 8,
      kappa: 1,
    },
  ]);
  expect([people[0]!.first, people[0]!.second].sort()).toEqual(['Ann Miller', 'Ben Ito']);
});

test('a period and a version of a model choose among the cases', async () => {
  const numbers = async (query: object) =>
    (await vera.getAgreement({ query })).cases.map(({ number }) => number);
  expect(await numbers({ to: '2026-03-02' })).toEqual(['A-1']);
  expect(await numbers({ from: '2026-03-03', to: '2026-03-09' })).toEqual(['A-2']);
  expect(await numbers({ modelSha256: '0'.repeat(64) })).toEqual([]);
  const empty = await vera.getAgreement({ query: { from: '2030-01-01' } });
  expect(empty).toMatchObject({ cells: 0, sameType: null, kappa: null, weeks: [], drift: [] });
});

test('the report is written as a page, a PDF with figures and a table', async () => {
  const read = async (format: string) => {
    const answer = await server.app.inject({
      url: `/api/agreement/${format}`,
      headers: { host: 'localhost', ...server.cookieOf('vera') },
    });
    expect(answer.statusCode).toBe(200);
    return answer;
  };
  const page = await read('html');
  for (const text of [
    'For research use only',
    'Abnormal kinds together',
    'Corrected cells, week by week',
    'Lymphocyte: model − people',
    'A-3',
  ]) {
    expect(page.body).toContain(text);
  }
  expect(page.headers['content-security-policy']).toContain('sandbox');
  const pdf = readPdf((await read('pdf')).rawPayload);
  expect(pdf.pages.join(' ')).toContain('Shares from case to case');
  expect(pdf.pictures).toBeGreaterThanOrEqual(4);
  const csv = await read('csv');
  expect(csv.headers['content-disposition']).toContain('attachment');
  expect(csv.body).toContain('Answers,Monocyte,Lymphocyte,1');
  const odd = await server.app.inject({
    url: '/api/agreement/html?from=yesterday',
    headers: { host: 'localhost', ...server.cookieOf('vera') },
  });
  expect(odd.statusCode).toBe(400);
});
