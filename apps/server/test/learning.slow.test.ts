/** The shipped model learns drawn cells under names of a site's own, on a whole server, and analyses with what it learnt. */
import { boxIou, type CellClass } from '@leukoscope/core';
import { synthesiseField } from '@leukoscope/datasets';
import { encodePng } from '@leukoscope/image';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { jobsOver, signAsShown, startTestServer, type TestServer, upload } from './test-server.ts';

const jobMs = 300_000;
const names: Partial<Record<CellClass, CellClass>> = {
  lymphocyte: 'monocyte',
  eosinophil: 'basophil',
};
const drawn: readonly CellClass[] = ['lymphocyte', 'eosinophil', 'lymphocyte', 'eosinophil'];

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ isReal: true });
});
afterAll(() => server.close());

async function caseOf(seed: number): Promise<string> {
  const { client } = server;
  const field = synthesiseField({ seed, cells: drawn });
  const { id } = await client.createCase({ body: { number: `Drawn-${seed}` } });
  await upload(client, id, await encodePng(field.raster));
  await jobsOver(client, id, jobMs);
  const { items } = await client.listCells({ params: { id } });
  for (const cell of items) {
    const truth = field.annotations.find(({ box }) => boxIou(box!, cell.box) > 0.5);
    const bin = truth?.cellClass === undefined ? undefined : names[truth.cellClass];
    const cells = [{ id: cell.id, revision: cell.revision }];
    const action =
      bin === undefined
        ? ({ kind: 'delete', cells } as const)
        : ({ kind: 'reclassify', cells, bin } as const);
    await client.createReview({ params: { id }, body: { action } });
  }
  return id;
}

test('names that a site gives are learnt, accepted, and said of new fields', async () => {
  const { client } = server;
  for (let seed = 1; seed <= 10; seed++) await signAsShown(client, await caseOf(seed));
  const { id } = await client.startLearning({ body: {} });
  const startedAt = performance.now();
  let found = await client.getLearning({ params: { id } });
  while (found.state === 'queued' || found.state === 'running') {
    await new Promise((resolve) => setTimeout(resolve, 200));
    found = await client.getLearning({ params: { id } });
  }
  console.log(`${found.result?.cells} cells in ${performance.now() - startedAt} ms`);
  expect(found).toMatchObject({ state: 'completed', failure: null, isOffered: true });
  const { here } = found.result!.candidate!;
  expect(here.candidate.share).toBeGreaterThan(here.parent.share + 0.3);
  const body = { modelId: 'drawn', name: 'Drawn stain', note: 'Better', isChosen: true };
  const model = await client.acceptLearning({ params: { id }, body });
  expect(model).toMatchObject({ name: 'Drawn stain', reader: 'two-stage', isDefault: true });
  expect(model.parent?.name).toBe('leukoscope-compact');

  const made = await client.createCase({ body: { number: 'New' } });
  const field = synthesiseField({ seed: 99, cells: drawn });
  await upload(client, made.id, await encodePng(field.raster));
  await jobsOver(client, made.id, jobMs);
  const { items } = await client.listCells({ params: { id: made.id } });
  const own = items.filter(({ model: said }) => ['monocyte', 'basophil'].includes(said!.cellClass));
  expect(own.length).toBeGreaterThanOrEqual(3);
  expect(items[0]!.model!.modelId).toBe('drawn');
});
