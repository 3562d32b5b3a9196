import { afterAll, beforeAll, expect, test } from 'vitest';
import { blobImage, jobsOver, startTestServer, type TestServer, upload } from './test-server.ts';

let server: TestServer;
let caseId: string;

beforeAll(async () => {
  server = await startTestServer();
  const { client } = server;
  const { id } = await client.createCase({ body: { number: 'R-1' } });
  caseId = id;
  await upload(client, id, await blobImage(['neutrophil', 'lymphocyte', 'unsure']));
  await jobsOver(client, id, 120_000);
}, 240_000);

afterAll(() => server.close(), 240_000);

const cellsOf = async () => (await server.client.listCells({ params: { id: caseId } })).items;

test('cells keep what the model saw: nucleus, lobes and attributes, where it told them', async () => {
  const cells = await cellsOf();
  const of = (cellClass: string) => cells.find(({ model }) => model?.cellClass === cellClass)!;
  const { model, mask } = of('segmented-neutrophil');
  expect(model).toMatchObject({
    nucleus: { lobes: 1, mask: { width: mask!.width, height: mask!.height } },
    attributes: [
      { name: 'nucleus-shape', value: 'multilobed', probability: 0.9 },
      { name: 'granule-type', value: 'small', probability: 0.8 },
    ],
  });
  expect(model!.nucleus!.share).toBeGreaterThan(0.9);
  // Grey blobs have no dye of nuclei, and the model says nothing of them.
  expect(of('monocyte').model).not.toHaveProperty('nucleus');
  expect(of('monocyte').model).not.toHaveProperty('attributes');
});

test('the export says it in words', async () => {
  const answer = await server.app.inject(`/api/cases/${caseId}/exports/csv`);
  const [head, ...rows] = answer.body.trim().split('\r\n');
  const place = (name: string) => head!.split(',').indexOf(name);
  const row = rows
    .map((line) => line.split(','))
    .find((row) => row[place('model_type')] === 'segmented-neutrophil')!;
  expect(row[place('lobes')]).toBe('1');
  expect(row[place('reason')]).toMatch(/^nucleus segmented; fine granules; (N:C|no cytoplasm)/);
});
