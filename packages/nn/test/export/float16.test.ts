import {
  compareModels,
  convertToFloat16,
  encodeOnnxModel,
  exp,
  input,
  mul,
  type OnnxModel,
} from '@leukoscope/nn';
import { openRuntime } from '@leukoscope/nn/runtime';
import { afterAll, expect, test } from 'vitest';
import { branchedNetwork, modelOf, plainNetwork, randomImages } from './export-networks.ts';

const runtime = openRuntime({ host: 'inline', threads: 1, spinning: false });
afterAll(() => runtime.close());

const weightTypes = (model: OnnxModel, part: string) =>
  model.graph.initializers.filter(({ name }) => name.startsWith(part)).map(({ dtype }) => dtype);

test('weights are half as large and outputs nearly the same', async () => {
  for (const [model, side] of [
    [plainNetwork(16, 24, 5), 16],
    [branchedNetwork(), 32],
  ] as const) {
    const samples = randomImages(2, side);
    const half = convertToFloat16(model);
    const report = await compareModels(model, half, samples, { runtime });
    expect(report.sizeRatio).toBeLessThan(0.6);
    for (const { name, relativeL2 } of report.outputs) expect(relativeL2, name).toBeLessThan(3e-3);
    expect(half.graph.inputs[0]!.dtype).toBe('float32');
  }
});

test('inputs and outputs may be float16 as well', async () => {
  const half = convertToFloat16(branchedNetwork(), { keepsInterface: false });
  const types = [...half.graph.inputs, ...half.graph.outputs].map(({ dtype }) => dtype);
  expect(new Set(types)).toEqual(new Set(['float16']));
  // ONNX Runtime checks the types of the whole graph when it loads.
  const session = await runtime.load(encodeOnnxModel(half));
  expect(session.outputs).toEqual(['map', 'boxes', 'scores', 'probabilities']);
});

test('named layers and operators keep float32', () => {
  const model = plainNetwork(16, 4, 4);
  expect(new Set(weightTypes(convertToFloat16(model), 'block1'))).toEqual(new Set(['float16']));
  const byName = convertToFloat16(model, { exclude: ['block1'] });
  expect(new Set(weightTypes(byName, 'block1'))).toEqual(new Set(['float32']));
  expect(new Set(weightTypes(byName, 'block2'))).toEqual(new Set(['float16']));
  const byOperator = convertToFloat16(model, { keepOperators: ['Conv'] });
  expect(new Set(weightTypes(byOperator, 'block2'))).toEqual(new Set(['float32']));
  expect(weightTypes(byOperator, 'head.weight')).toEqual(['float16']);
});

test('exponentials stay float32, so that large ones survive', async () => {
  const model = modelOf(() => ({ y: mul(exp(mul(input('image', [1, 3, 2, 2]), 5)), 1e-7) }));
  const samples = randomImages(1, 2).map(({ image }) => ({
    image: { ...image, data: image.data.map((v) => 4 + 0 * v) },
  }));
  // e^20 is far beyond float16's 65,504; the product is not, and nothing infinite comes out.
  const kept = convertToFloat16(model, { keepOperators: ['Mul'] });
  const report = await compareModels(model, kept, samples, { runtime });
  expect(report.outputs[0]!.relativeL2).toBeLessThan(1e-3);
});

test('constants beyond the range become its largest number, not infinity', async () => {
  const model = modelOf(() => ({ y: mul(input('image', [1, 3, 2, 2]), 1e9) }));
  const [constant] = convertToFloat16(model).graph.initializers;
  expect(Array.from(constant!.data as Uint16Array)).toEqual([0x7bff]); // 65,504
});
