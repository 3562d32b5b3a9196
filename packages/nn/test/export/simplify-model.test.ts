import {
  compareModels,
  encodeOnnxModel,
  type OnnxModel,
  quantiseModel,
  simplifyModel,
} from '@leukoscope/nn';
import { openRuntime } from '@leukoscope/nn/runtime';
import { afterAll, expect, test } from 'vitest';
import { branchedNetwork, randomImages } from './export-networks.ts';

const runtime = openRuntime({ host: 'inline', threads: 1, spinning: false });
afterAll(() => runtime.close());

test('norms are folded, constants worked out, and nothing changes', async () => {
  const model = branchedNetwork();
  const simple = await simplifyModel(model, runtime);
  const ops = simple.graph.nodes.map(({ opType }) => opType);
  expect(model.graph.nodes.map(({ opType }) => opType)).toContain('BatchNormalization');
  expect(ops).not.toContain('BatchNormalization');
  expect(simple.graph.nodes.length).toBeLessThan(model.graph.nodes.length - 5);
  const report = await compareModels(model, simple, randomImages(1, 32), { runtime });
  for (const { name, relativeL2 } of report.outputs) expect(relativeL2, name).toBeLessThan(1e-5);
});

test('folded weights keep their layer’s name', async () => {
  const simple = await simplifyModel(branchedNetwork(), runtime);
  const names = simple.graph.initializers.map(({ name }) => name);
  expect(names).toContain('hidden.weight/folded');
  expect(names).toContain('late.weight/folded');
});

test('no-ops go, but outputs keep their names', async () => {
  const model = branchedNetwork();
  const node = (opType: string, from: string, to: string) => ({
    opType,
    inputs: [from],
    outputs: [to],
    attributes: {},
  });
  const nodes = [
    node('Identity', 'image', 'same'),
    node('Dropout', 'same', 'dropped'),
    node('Relu', 'dropped', 'positive'),
    node('Identity', 'positive', 'out'),
  ];
  const outputs = [{ name: 'out', dtype: 'float32' as const, shape: [1, 3, 32, 32] }];
  const padded: OnnxModel = {
    ...model,
    graph: { ...model.graph, nodes, outputs, initializers: [] },
  };
  const simple = await simplifyModel(padded, runtime);
  expect(simple.graph.nodes.map(({ opType }) => opType)).toEqual(['Relu', 'Identity']);
  expect((await runtime.load(encodeOnnxModel(simple))).outputs).toEqual(['out']);
});

test('models with branches are refused by name', async () => {
  const model = branchedNetwork();
  const branch = {
    opType: 'If',
    inputs: ['image'],
    outputs: ['z'],
    attributes: { then_branch: { type: 'graph', value: model.graph } },
  } as const;
  const nested = { ...model, graph: { ...model.graph, nodes: [...model.graph.nodes, branch] } };
  await expect(simplifyModel(nested, runtime)).rejects.toThrow('Received a If node');
  await expect(quantiseModel(nested, { runtime, samples: [] })).rejects.toThrow('no branches');
});
