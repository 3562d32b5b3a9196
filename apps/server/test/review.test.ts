import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { analysedCase, startTestServer, type TestServer } from './test-server.ts';

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
}, 60_000);

afterAll(() => server.close(), 60_000);

const refs = (cells: readonly { id: string; revision: number }[]) =>
  cells.map(({ id, revision }) => ({ id, revision }));

describe('a field', () => {
  test('becomes cells with boxes, masks, probabilities and bins', async () => {
    const { client } = server;
    const { id, field, cells } = await analysedCase(server, ['neutrophil', 'lymphocyte', 'unsure']);
    expect(field).toMatchObject({
      position: 1,
      width: 140,
      height: 60,
      mediaType: 'image/png',
    });
    expect(cells.map((cell) => cell.bin).sort()).toEqual([
      'lymphocyte',
      'segmented-neutrophil',
      'unidentified',
    ]);
    const neutrophil = cells.find((cell) => cell.bin === 'segmented-neutrophil')!;
    expect(neutrophil.box).toEqual({ x1: 18, y1: 18, x2: 43, y2: 43 });
    expect(neutrophil.mask).toMatchObject({ width: 140, height: 60 });
    expect(neutrophil.model).toMatchObject({
      modelId: 'blobs',
      cellClass: 'segmented-neutrophil',
      score: 0.9,
      runnerUp: { probability: 0.1 },
    });
    const [now] = (await client.listFields({ params: { id } })).items;
    expect(now).toMatchObject({
      state: 'analysed',
      cells: 3,
      analysis: { modelId: 'blobs', modelSha256: 'b'.repeat(64) },
    });
    expect((await client.getCase({ params: { id } })).counts).toEqual({
      fields: 1,
      fieldsAnalysed: 1,
      fieldsFailed: 0,
      cells: 3,
      leukocytes: 2,
      unidentified: 1,
      unseen: 3,
    });
  });
});

describe('a review', () => {
  test('is undone and redone without end, each as a new entry of the history', async () => {
    const { client } = server;
    const { id, cells } = await analysedCase(server, ['neutrophil', 'lymphocyte'], 'S-undo');
    const [cell] = cells;
    const params = { id };
    const first = await client.createReview({
      params,
      body: { action: { kind: 'reclassify', cells: refs([cell!]), bin: 'monocyte' } },
    });
    expect(first.cells[0]).toMatchObject({
      bin: 'monocyte',
      revision: 1,
      seen: { by: { name: 'Local user' } },
    });
    let last = first;
    for (let i = 0; i < 4; i++) {
      last = await client.createReview({
        params,
        body: { action: { kind: 'undo', historyId: last.entry.id } },
      });
      const isUndone = i % 2 === 0;
      expect(last.cells[0]!.bin).toBe(isUndone ? cell!.bin : 'monocyte');
      expect(last.cells[0]!.seen === null).toBe(isUndone);
    }
    const { items } = await client.listHistory({ params });
    expect(items.map((entry) => entry.action)).toEqual([
      'case.created',
      'field.added',
      'field.analysed',
      'cells.reclassified',
      'cells.undone',
      'cells.undone',
      'cells.undone',
      'cells.undone',
    ]);
    expect(items[3]).toMatchObject({
      undoneBy: items[4]!.id,
      changes: [{ before: { bin: cell!.bin, seen: null }, after: { bin: 'monocyte' } }],
    });
    await expect(
      client.createReview({
        params,
        body: { action: { kind: 'undo', historyId: first.entry.id } },
      }),
    ).rejects.toMatchObject({ status: 409, code: 'UNDO_DONE' });
  });

  test('of a cell that somebody else changed meanwhile is refused as a whole, with the cell as it is', async () => {
    const { client } = server;
    const { id, cells } = await analysedCase(server, ['neutrophil', 'lymphocyte'], 'S-stale');
    const params = { id };
    await client.createReview({
      params,
      body: { action: { kind: 'reclassify', cells: refs(cells.slice(0, 1)), bin: 'blast' } },
    });
    const late = client.createReview({
      params,
      body: { action: { kind: 'reclassify', cells: refs(cells), bin: 'monocyte' } },
    });
    await expect(late).rejects.toMatchObject({
      status: 409,
      code: 'REVISION_STALE',
      body: { details: { cells: [{ id: cells[0]!.id, bin: 'blast' }] } },
    });
    const { items } = await client.listCells({ params });
    expect(items.map((cell) => cell.bin)).toEqual(['blast', cells[1]!.bin]);
  });

  test('sent at the same time by many is won by one, and the others hear of it', async () => {
    const { client } = server;
    const { id, cells } = await analysedCase(server, ['neutrophil'], 'S-race');
    const tries = await Promise.allSettled(
      Array.from({ length: 10 }, () =>
        client.createReview({
          params: { id },
          body: { action: { kind: 'reclassify', cells: refs(cells), bin: 'blast' } },
        }),
      ),
    );
    expect(tries.filter((one) => one.status === 'fulfilled')).toHaveLength(1);
    expect((await client.listHistory({ params: { id } })).items).toHaveLength(4);
  });

  test('adds, redraws and deletes cells, and undo takes each back', async () => {
    const { client } = server;
    const { id, field } = await analysedCase(server, ['neutrophil'], 'S-draw');
    const params = { id };
    const box = { x1: 1, y1: 1, x2: 9, y2: 9 };
    const added = await client.createReview({
      params,
      body: { action: { kind: 'add', fieldId: field.id, box, mask: null, bin: 'basophil' } },
    });
    const [cell] = added.cells;
    expect(cell).toMatchObject({ origin: 'person', bin: 'basophil', model: null, box });
    const other = { x1: 2, y1: 2, x2: 12, y2: 12 };
    const redrawn = await client.createReview({
      params,
      body: { action: { kind: 'redraw', cells: refs([cell!]), box: other, mask: null } },
    });
    expect(redrawn.cells[0]).toMatchObject({ box: other, revision: 1 });
    await client.createReview({
      params,
      body: { action: { kind: 'undo', historyId: redrawn.entry.id } },
    });
    const undone = await client.createReview({
      params,
      body: { action: { kind: 'undo', historyId: added.entry.id } },
    });
    expect(undone.cells[0]).toMatchObject({ isDeleted: true, box });
    expect((await client.listCells({ params })).items).toHaveLength(1);
    const live = await client.listCells({ params, query: { since: added.entry.sequence } });
    expect(live.items).toMatchObject([{ id: cell!.id, isDeleted: true }]);
    const back = await client.createReview({
      params,
      body: { action: { kind: 'undo', historyId: undone.entry.id } },
    });
    expect(back.cells[0]).toMatchObject({ isDeleted: false, bin: 'basophil' });
  });

  test('refuses outlines outside of the field and masks of another size or without a pixel', async () => {
    const { client } = server;
    const { id, field } = await analysedCase(server, ['neutrophil'], 'S-outside');
    const add = (box: object, mask: object | null) =>
      client.createReview({
        params: { id },
        body: {
          action: {
            kind: 'add',
            fieldId: field.id,
            box: box as never,
            mask: mask as never,
            bin: 'blast',
          },
        },
      });
    await expect(add({ x1: 50, y1: 0, x2: 70, y2: 10 }, null)).rejects.toMatchObject({
      status: 422,
      code: 'CELL_OUTSIDE',
    });
    const box = { x1: 0, y1: 0, x2: 5, y2: 5 };
    for (const mask of [
      { width: 5, height: 5, counts: '0' },
      { width: 60, height: 60, counts: '~' },
      { width: 60, height: 60, counts: 'P`3' },
    ]) {
      await expect(add(box, mask)).rejects.toMatchObject({ status: 422, code: 'CELL_MASK' });
    }
  });
});

test('the differential counts what people decided beside what the model said', async () => {
  const { client } = server;
  const { id, cells } = await analysedCase(
    server,
    ['neutrophil', 'neutrophil', 'neutrophil', 'lymphocyte', 'unsure'],
    'S-diff',
  );
  const params = { id };
  const { revision } = await client.getCase({ params });
  await client.changeCase({ params, body: { revision, leukocytesE9PerLitre: 8 } });
  const one = cells.find((cell) => cell.bin === 'lymphocyte')!;
  await client.createReview({
    params,
    body: { action: { kind: 'reclassify', cells: refs([one]), bin: 'monocyte' } },
  });
  const table = await client.getDifferential({ params });
  expect(table).toMatchObject({ leukocytes: 4, unidentified: 1, targetCells: 200 });
  const row = (name: string) => table.rows.find((r) => r.cellClass === name);
  expect(row('segmented-neutrophil')).toMatchObject({
    count: 3,
    share: 3 / 4,
    modelCount: 3,
    absoluteE9PerLitre: 6,
    interpretation: 'normal',
  });
  expect(row('monocyte')).toMatchObject({ count: 1, modelCount: 0, interpretation: 'high' });
  expect(row('lymphocyte')).toMatchObject({ count: 0, modelCount: 1, interpretation: 'low' });
  // 3 of 4: the exact limits of Clopper and Pearson
  expect(row('segmented-neutrophil')!.low).toBeCloseTo(0.1941, 4);
  expect(row('segmented-neutrophil')!.high).toBeCloseTo(0.9937, 4);
});
