import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ComparisonDetail } from '@leukoscope/contract';
import {
  analysedCase,
  blobImage,
  jobsOver,
  startTestServer,
  type TestServer,
  upload,
} from './test-server.ts';

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer({
    models: {
      // Takes lymphocytes for monocytes, and does not see what `blobs` is unsure of.
      'second-look': {
        behaviour: 'work',
        says: { lymphocyte: 'monocyte', monocyte: null },
      },
      'third-refuses': { behaviour: 'refuse' },
    },
  });
}, 60_000);

afterAll(() => server.close(), 60_000);

async function compared(caseId: string, modelId: string): Promise<ComparisonDetail> {
  const { id } = await server.client.createComparison({
    params: { id: caseId },
    body: { modelId },
  });
  await jobsOver(server.client, caseId);
  return server.client.getComparison({ params: { id } });
}

test('two models are compared cell by cell, and the case stays as it is', async () => {
  const { client } = server;
  const { id, cells } = await analysedCase(
    server,
    ['neutrophil', 'lymphocyte', 'neutrophil', 'unsure'],
    'Comp-1',
  );
  const params = { id };
  const before = {
    case: await client.getCase({ params }),
    cells: (await client.listCells({ params })).items,
    history: (await client.listHistory({ params })).items,
    differential: await client.getDifferential({ params }),
  };
  const detail = await compared(id, 'second-look');
  expect(detail).toMatchObject({
    caseId: id,
    modelId: 'second-look',
    modelSha256: 'b'.repeat(64),
    state: 'completed',
    fields: { all: 1, done: 1, failed: 0 },
    failure: null,
    matched: 3,
    agreeing: 2,
    counts: [
      { bin: 'segmented-neutrophil', name: 'Segmented neutrophil', first: 2, second: 2 },
      { bin: 'lymphocyte', first: 1, second: 0 },
      { bin: 'monocyte', first: 0, second: 1 },
      { bin: 'unidentified', name: 'Unidentified', first: 1, second: 0 },
    ],
    agreement: [
      { first: 'segmented-neutrophil', second: 'segmented-neutrophil', count: 2 },
      { first: 'lymphocyte', second: 'monocyte', count: 1 },
      { first: 'unidentified', second: null, count: 1 },
    ],
  });
  // po = 2/3, pe = (2 * 2 + 1 * 0 + 0 * 1) / 9
  expect(detail.kappa).toBeCloseTo((2 / 3 - 4 / 9) / (1 - 4 / 9), 12);
  expect(detail.cells.map((cell) => cell.cellId)).toEqual(cells.map((cell) => cell.id));
  expect(detail.cells.map((cell) => cell.iou)).toEqual([1, 1, 1, null]);
  expect(detail.cells[1]).toMatchObject({
    first: { cellClass: 'lymphocyte', score: 0.9, box: cells[1]!.box },
    second: { cellClass: 'monocyte', bin: 'monocyte', box: cells[1]!.box },
    reviewed: null,
  });
  expect({
    case: await client.getCase({ params }),
    cells: (await client.listCells({ params })).items,
    history: (await client.listHistory({ params })).items,
    differential: await client.getDifferential({ params }),
  }).toEqual(before);
  const { items } = await client.listJobs({ query: { caseId: id } });
  expect(items.map((job) => [job.kind, job.comparisonId])).toEqual([
    ['compare-field', detail.id],
    ['analyse-field', null],
  ]);
});

test('what people said stands beside both, also where they deleted or added a cell', async () => {
  const { client } = server;
  const { id, field, cells } = await analysedCase(
    server,
    ['neutrophil', 'lymphocyte', 'lymphocyte'],
    'Comp-2',
  );
  const review = (action: Parameters<typeof client.createReview>[0]['body']['action']) =>
    client.createReview({ params: { id }, body: { action } });
  const ref = (i: number) => ({ id: cells[i]!.id, revision: cells[i]!.revision });
  await review({ kind: 'see', cells: [ref(0)] });
  await review({ kind: 'reclassify', cells: [ref(1)], bin: 'monocyte' });
  await review({ kind: 'delete', cells: [ref(2)] });
  const box = { x1: 0, y1: 0, x2: 10, y2: 10 };
  const added = await review({
    kind: 'add',
    fieldId: field.id,
    box,
    mask: null,
    bin: 'eosinophil',
  });
  const detail = await compared(id, 'second-look');
  expect(detail.cells.map((cell) => [cell.reviewed, cell.first?.cellClass ?? null])).toEqual([
    ['segmented-neutrophil', 'segmented-neutrophil'],
    ['monocyte', 'lymphocyte'],
    ['deleted', 'lymphocyte'],
    ['eosinophil', null],
  ]);
  expect(detail.cells[3]).toMatchObject({ cellId: added.cells[0]!.id, second: null, iou: null });
  // Decided: neutrophil (both right), monocyte (the second was right), eosinophil (none).
  expect(detail.reviewed).toEqual({ cells: 3, first: 1, second: 2 });
});

test('comparisons are listed newest first, with what failed and why', async () => {
  const { client } = server;
  const { id } = await analysedCase(server, ['neutrophil'], 'Comp-3');
  await upload(client, id, await blobImage(['lymphocyte'], 7));
  await jobsOver(client, id);
  const failed = await compared(id, 'third-refuses');
  expect(failed).toMatchObject({
    state: 'failed',
    fields: { all: 2, done: 0, failed: 2 },
    failure: 'image must please. Received none.',
    modelSha256: null,
    matched: 0,
    kappa: null,
    cells: [],
  });
  const second = await compared(id, 'second-look');
  const { items } = await client.listComparisons({ params: { id } });
  expect(items.map((one) => [one.id, one.state])).toEqual([
    [second.id, 'completed'],
    [failed.id, 'failed'],
  ]);
  // The case's own field is untouched by the failure.
  expect((await client.listFields({ params: { id } })).items.map((f) => f.state)).toEqual([
    'analysed',
    'analysed',
  ]);
});

test('what cannot be compared is refused with its reason', async () => {
  const { client } = server;
  const empty = await client.createCase({ body: { number: 'Comp-4' } });
  const ask = (id: string, modelId: string) =>
    client.createComparison({ params: { id }, body: { modelId } });
  await expect(ask(empty.id, 'second-look')).rejects.toMatchObject({
    status: 409,
    code: 'COMPARISON_NOTHING',
  });
  const { id } = await analysedCase(server, ['neutrophil'], 'Comp-5');
  await expect(ask(id, 'blobs')).rejects.toMatchObject({ status: 409, code: 'COMPARISON_SAME' });
  await expect(ask(id, 'nobody')).rejects.toMatchObject({ status: 404, code: 'MODEL_MISSING' });
  await expect(
    client.getComparison({ params: { id: '0190a5d0-0000-7000-8000-000000000001' } }),
  ).rejects.toMatchObject({ status: 404, code: 'COMPARISON_MISSING' });
  const both = await Promise.allSettled([ask(id, 'second-look'), ask(id, 'second-look')]);
  expect(both.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(both.find((one) => one.status === 'rejected')).toMatchObject({
    reason: { code: 'COMPARISON_RUNS' },
  });
  await jobsOver(client, id);
});
