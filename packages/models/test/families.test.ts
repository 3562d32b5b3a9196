import { exportedOutputs, modelFamilies } from '@leukoscope/models';
import { adamW, buildInferenceModel, createScope, createTrainer } from '@leukoscope/nn';
import { openRuntime, type Runtime } from '@leukoscope/nn/runtime';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { drawSamples } from './draw-samples.ts';

let runtime: Runtime;
beforeAll(() => {
  runtime = openRuntime({ host: 'inline', threads: 1 });
});
afterAll(() => runtime.close());

test('names are unique and presets begin with tiny, slim and paper', () => {
  const names = modelFamilies.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const { presets } of modelFamilies) {
    expect(presets.slice(0, 3)).toEqual(['tiny', 'slim', 'paper']);
  }
});

describe.each(modelFamilies.map((family) => [family.name, family] as const))('%s', (_, family) => {
  test.each(family.presets)('accepts its own configuration of preset %s', (preset) => {
    const { config } = family.configure({ preset });
    expect(family.configure({ preset: 'tiny', config: { ...config } }).config).toEqual(config);
  });

  test('refuses unknown presets, unknown fields and unknown kinds of cell', () => {
    expect(() => family.configure({ preset: 'huge' })).toThrow('preset of');
    expect(() => family.configure({ config: { nonsense: 1 } })).toThrow('nonsense');
    expect(() => family.configure({ config: { classes: ['dragon'] } })).toThrow('kind of cell');
  });

  test('trains three steps with falling loss, and exports what its task promises', async () => {
    const model = family.configure({ preset: 'tiny' });
    const plan = { count: 2, size: model.input.size, mostCells: 4 };
    const samples = drawSamples(model.classes, plan.size, { count: 2, cells: 1 });
    const trainer = await createTrainer({
      runtime,
      seed: 3,
      optimiser: adamW(),
      frozen: model.frozen,
      build: (scope) => model.training(scope, plan),
    });
    const batch = model.collate(samples, plan);
    const losses: number[] = [];
    for (let i = 0; i < 4; i++) losses.push((await trainer.train(batch, 0.003))['loss']!);
    const weights = await trainer.weights();
    await trainer.dispose();
    expect(losses.every(Number.isFinite)).toBe(true);
    expect(losses[3]).toBeLessThan(losses[0]!);

    const bytes = buildInferenceModel((scope) => model.inference(scope), weights);
    const session = await runtime.load(bytes);
    const image = model.collate(samples, plan)['image']!;
    const one = image.data.slice(0, image.data.length / 2) as Float32Array;
    const outputs = await session.run({
      image: { dtype: 'float32', shape: [1, ...image.shape.slice(1)], data: one },
    });
    await session.dispose();
    expect(Object.keys(outputs)).toEqual(expect.arrayContaining([...exportedOutputs[model.task]]));
    const numbers = [...(outputs['probabilities']!.data as Float32Array)];
    expect(numbers.every((p) => p >= 0 && p <= 1.0001)).toBe(true);
  });

  test('declares the same parameters for training and for inference', () => {
    const model = family.configure({ preset: 'tiny' });
    const plan = { count: 2, size: model.input.size, mostCells: 4 };
    const train = createScope({ mode: 'train' });
    model.training(train, plan);
    const infer = createScope({ mode: 'infer' });
    model.inference(infer);
    const keys = (scope: typeof train) => [...scope.declared.parameters.keys()].sort();
    expect(keys(infer)).toEqual(keys(train));
  });
});
