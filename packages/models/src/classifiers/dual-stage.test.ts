import { createRandom, createRgbRaster } from '@leukoscope/core';
import { toYuv } from '@leukoscope/image';
import {
  createScope,
  emitGraph,
  encodeOnnxModel,
  input,
  type Scope,
  type Tensor,
} from '@leukoscope/nn';
import { openRuntime } from '@leukoscope/nn/runtime';
import { expect, test } from 'vitest';
import { familyOf } from '../registry.ts';
import { marrowGlobal, marrowLocal } from './dual-stage.ts';

const image = input('image', [2, 3, 96, 96]);

const declared = (scope: Scope) => [...scope.declared.parameters.keys()];

test('the paper has 13 convolutions with norm and 3 dense layers, ten or two outputs', () => {
  for (const [family, outputs] of [
    [marrowGlobal, 10],
    [marrowLocal, 2],
  ] as const) {
    const scope = createScope({ mode: 'train' });
    const { logits } = family.build(scope, image, family.presets.paper);
    const keys = declared(scope);
    expect(keys.filter((key) => key.endsWith('.conv.weight'))).toHaveLength(13);
    expect(keys.filter((key) => key.endsWith('.bn.weight'))).toHaveLength(13);
    expect(keys.filter((key) => /^classifier\.\d\.weight$/.test(key))).toHaveLength(3);
    expect(logits.shape).toEqual([2, outputs]);
    expect(scope.declared.parameters.get('classifier.0.weight')!.shape).toEqual([
      4096,
      512 * 3 * 3,
    ]);
  }
});

test('weights begin as N(0, 2 / inputs)', () => {
  const scope = createScope({ mode: 'train' });
  marrowGlobal.build(scope, image, marrowGlobal.presets.slim);
  for (const key of ['features.2.1.conv.weight', 'classifier.0.weight']) {
    const { shape, initialise } = scope.declared.parameters.get(key)!;
    const values = initialise(shape, createRandom(4));
    const inputs = shape.slice(1).reduce((product, extent) => product * extent, 1);
    const meanSquare = values.reduce((sum, v) => sum + v * v, 0) / values.length;
    // Var of the mean square of n normal values: 2 σ⁴ / n; five standard errors.
    expect(Math.abs((meanSquare * inputs) / 2 - 1)).toBeLessThan(5 * Math.sqrt(2 / values.length));
  }
});

test('dropout lies between the convolutions of a stage and behind the hidden dense layers', () => {
  const scope = createScope({ mode: 'train' });
  marrowGlobal.build(scope, image, marrowGlobal.presets.paper);
  // One place between two convolutions, two between three: 1 + 1 + 2 + 2 + 2, and two dense layers.
  const places = new Set(scope.declared.noises.map(({ key }) => key.replace(/\.\w*noise$/, '')));
  expect(places.size).toBe(8 + 2);
  const { presets } = marrowGlobal;
  const none = createScope({ mode: 'train' });
  marrowGlobal.build(none, image, { ...presets.paper, dropout: { first: 0, later: 0, dense: 0 } });
  expect(none.declared.noises).toEqual([]);
});

test('the graph gives the network normalised Y, U and V', async () => {
  const random = createRandom(2);
  const raster = createRgbRaster({ width: 8, height: 8 });
  for (let i = 0; i < raster.data.length; i++) raster.data[i] = random.integer(0, 256);
  const config = {
    ...marrowGlobal.presets.tiny,
    size: { width: 8, height: 8 },
    yuv: { mean: [0.5, 0.1, -0.2], deviation: [0.2, 0.05, 0.4] },
  } as const;
  const model = familyOf('marrow-global').configure({ preset: 'tiny', config });
  const collated = model.collate([{ raster, annotations: [] }], {
    count: 1,
    size: config.size,
    mostCells: 1,
  });
  const scope = createScope({ mode: 'infer' });
  const { probabilities } = model.inference(scope);
  const yuv = firstConvolution(probabilities!);
  const emitted = emitGraph({ name: 'yuv', outputs: { yuv }, metadata: {} });
  const runtime = openRuntime({ host: 'inline', threads: 1 });
  const session = await runtime.load(encodeOnnxModel(emitted.model));
  const out = await session.run({ image: collated['image']! });
  await runtime.close();
  const { data } = toYuv(raster);
  const found = out['yuv']!.data as Float32Array;
  for (let i = 0; i < 64; i++) {
    for (let c = 0; c < 3; c++) {
      const expected = (data[i * 3 + c]! - config.yuv.mean[c]!) / config.yuv.deviation[c]!;
      expect(found[c * 64 + i]).toBeCloseTo(expected, 4);
    }
  }
});

test('training keeps the two classes of the local network', () => {
  expect(familyOf('marrow-local').keepsClasses).toBe(true);
  expect(familyOf('marrow-local').configure().classes).toEqual([
    'band-neutrophil',
    'segmented-neutrophil',
  ]);
  expect(familyOf('marrow-global').keepsClasses).toBe(false);
});

/** The convolution nearest to the image. */
function firstConvolution(tensor: Tensor): Tensor {
  let found: Tensor | undefined;
  for (let at: Tensor | undefined = tensor; at !== undefined; at = at.node?.inputs[0]) {
    if (at.node?.op.name === 'conv2d') found = at;
  }
  return found!;
}
