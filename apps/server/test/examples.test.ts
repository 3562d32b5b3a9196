import { decodeRgb } from '@leukoscope/image';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { analysedCase, signAsShown, startTestServer, type TestServer } from './test-server.ts';

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
}, 60_000);

afterAll(() => server.close(), 60_000);

test('the site has no examples before a person has seen a cell: the list is empty', async () => {
  await analysedCase(server, ['neutrophil'], 'Ex-0');
  const { items } = await server.client.listExamples({
    params: { id: 'blobs' },
    query: { cellClass: 'segmented-neutrophil' },
  });
  expect(items).toEqual([]);
});

test('cells that people have seen and left become examples, those of signed cases first', async () => {
  const { client } = server;
  const open = await analysedCase(server, ['lymphocyte', 'lymphocyte', 'neutrophil'], 'Ex-1');
  const signed = await analysedCase(server, ['lymphocyte'], 'Ex-2');
  const discarded = await analysedCase(server, ['lymphocyte'], 'Ex-3');
  const ref = ({ id, revision }: { id: string; revision: number }) => ({ id, revision });
  const see = (id: string, cells: readonly { id: string; revision: number }[]) =>
    client.createReview({
      params: { id },
      body: { action: { kind: 'see', cells: cells.map(ref) } },
    });
  await see(open.id, [open.cells[0]!, open.cells[2]!]);
  // Corrected: no example of the class it was moved to, nor of the one it came from.
  await client.createReview({
    params: { id: open.id },
    body: { action: { kind: 'reclassify', cells: [ref(open.cells[1]!)], bin: 'monocyte' } },
  });
  await see(signed.id, signed.cells);
  await signAsShown(client, signed.id);
  await see(discarded.id, discarded.cells);
  await client.discardCase({ params: { id: discarded.id }, body: { revision: 0 } });

  const list = async (query: object) =>
    (await client.listExamples({ params: { id: 'blobs' }, query })).items;
  expect(await list({ cellClass: 'lymphocyte' })).toMatchObject([
    { cellId: signed.cells[0]!.id, caseNumber: 'Ex-2', isSigned: true, score: 0.9 },
    { cellId: open.cells[0]!.id, caseNumber: 'Ex-1', isSigned: false, fieldId: open.field.id },
  ]);
  expect(await list({ cellClass: 'lymphocyte', limit: 1 })).toHaveLength(1);
  expect(await list({ cellClass: 'monocyte' })).toEqual([]);
  // Without a class: those of all classes of the model.
  expect((await list({})).map((one) => one.cellClass)).toEqual([
    'segmented-neutrophil',
    'lymphocyte',
    'lymphocyte',
  ]);
});

test('drawn examples ship for every class and are marked as such', async () => {
  const { client } = server;
  const { synthetic } = await client.listExamples({
    params: { id: 'blobs' },
    query: { cellClass: 'eosinophil' },
  });
  expect(synthetic.map((one) => one.name)).toEqual([
    'eosinophil-1',
    'eosinophil-2',
    'eosinophil-3',
  ]);
  const picture = (name: string) =>
    server.app.inject({
      url: `/api/synthetic-examples/${name}`,
      headers: { host: 'localhost' },
    });
  const answer = await picture('eosinophil-1');
  expect(answer.headers['content-type']).toBe('image/jpeg');
  expect((await decodeRgb(new Uint8Array(answer.rawPayload))).width).toBe(144);
  expect((await picture('eosinophil-99')).json().error.code).toBe('EXAMPLE_MISSING');
  expect((await picture('..%2f..%2fpackage')).statusCode).toBe(400);
  await expect(client.listExamples({ params: { id: 'nobody' } })).rejects.toMatchObject({
    code: 'MODEL_MISSING',
  });
});
