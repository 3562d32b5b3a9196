import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { uploadModel } from '@leukoscope/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { middleModel } from '../../../scripts/test-models/middle-model.ts';
import { analysedCase, jobsOver, startTestServer, type TestServer } from './test-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
}, 60_000);
afterAll(() => server.close(), 60_000);

const fileOf = (...change: Parameters<typeof middleModel>) => new Blob([middleModel(...change)]);
const added = () => readdirSync(path.join(server.settings.dataFolder, 'models')).sort();

test('an administrator adds a model, which compares itself on a case, and removes it', async () => {
  const { client } = server;
  const told: number[] = [];
  const model = await uploadModel(client, 'middle', fileOf(), {
    card: '# Middle\n',
    chunkBytes: 1000,
    onProgress: (offset) => told.push(offset),
  });
  expect(told.length).toBeGreaterThan(2);
  expect(model).toMatchObject({
    id: 'middle',
    name: 'Middle',
    reader: 'boxes',
    classes: ['lymphocyte', 'monocyte'],
    parent: { name: 'its parent', sha256: 'cd'.repeat(32) },
    card: '# Middle\n',
    isAdded: true,
    isDefault: false,
  });
  const { items } = await client.listModels();
  expect(items.map(({ id }) => id)).toEqual(['blobs', 'middle']);
  const { id } = await analysedCase(server, ['lymphocyte'], 'Added-1');
  const comparison = await client.createComparison({
    params: { id },
    body: { modelId: 'middle' },
  });
  await jobsOver(client, id);
  const detail = await client.getComparison({ params: { id: comparison.id } });
  expect(detail).toMatchObject({ state: 'completed', modelSha256: model.sha256 });
  await expect(uploadModel(client, 'middle', fileOf())).rejects.toMatchObject({
    code: 'MODEL_EXISTS',
  });
  await client.removeModel({ params: { id: 'middle' } });
  expect((await client.listModels()).items.map((one) => one.id)).toEqual(['blobs']);
  expect(added()).toEqual([]);
});

test('files that are no model, name foreign operators, or do not run are refused and leave nothing', async () => {
  const { client } = server;
  const refused = async (file: Blob, message: string) => {
    await expect(uploadModel(client, 'bad', file)).rejects.toMatchObject({
      code: 'MODEL_REFUSED',
      message: expect.stringContaining(message),
    });
    expect(added()).toEqual([]);
  };
  await refused(new Blob(['text']), 'must be a model that runs here');
  await refused(fileOf({ reader: 'guess' }), 'at reader');
  await refused(fileOf({ classes: ['lymphocyte'] }), 'shape [1, 1, 1]');
  await refused(
    fileOf({}, (model) => ({
      ...model,
      graph: {
        ...model.graph,
        nodes: model.graph.nodes.map((node) => ({ ...node, domain: 'my.own' })),
      },
    })),
    'operators of ONNX and ONNX Runtime only. Received my.own.',
  );
});

test('bytes that are not all there, or others than announced, are refused', async () => {
  const { client } = server;
  const params = { id: 'part' };
  const body = middleModel();
  const sha256 = createHash('sha256').update(body).digest('hex');
  const half = body.subarray(0, 500);
  await client.sendModelChunk({ params, query: { offset: 0 }, body: half });
  await expect(
    client.sendModelChunk({ params, query: { offset: 600 }, body: half }),
  ).rejects.toMatchObject({ code: 'UPLOAD_OFFSET' });
  await expect(
    client.addModel({ params, body: { sizeBytes: body.length, sha256 } }),
  ).rejects.toMatchObject({ code: 'UPLOAD_UNFINISHED' });
  await expect(client.addModel({ params, body: { sizeBytes: 500, sha256 } })).rejects.toMatchObject(
    { code: 'UPLOAD_HASH' },
  );
});

test('models of the folder stay, and one that fields wait for too', async () => {
  const { client } = server;
  await expect(client.removeModel({ params: { id: 'blobs' } })).rejects.toMatchObject({
    code: 'MODEL_NOT_ADDED',
  });
  await expect(client.removeModel({ params: { id: 'none' } })).rejects.toMatchObject({
    code: 'MODEL_MISSING',
  });
});
