import { type CellClass, createRandom, type TensorData } from '@leukoscope/core';
import { adamW, add, createTrainer, input } from '@leukoscope/nn';
import { openRuntime, type Runtime } from '@leukoscope/nn/runtime';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { allowedByLabel } from '../truth/class-truth.ts';
import { refinerClasses } from './compact-classes.ts';
import { buildLocator, locatorLoss } from './locator.ts';
import { buildRefiner, refinerLoss } from './refiner.ts';

let runtime: Runtime;
beforeAll(() => {
  runtime = openRuntime({ host: 'inline', threads: 1 });
});
afterAll(() => runtime.close());

const allowedClasses = (label: CellClass) =>
  Float32Array.from(allowedByLabel(label, refinerClasses), Number);
const float = (shape: readonly number[], value: (i: number) => number): TensorData => ({
  dtype: 'float32',
  shape,
  data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => value(i)),
});

test('a tiny refiner learns two crops, type and outline', async () => {
  const random = createRandom(1);
  const config = {
    widths: [4, 6, 8, 10],
    blocks: [0, 1, 0],
    maskWidth: 4,
    dropout: 0,
  } as const;
  const K = refinerClasses.length;
  const trainer = await createTrainer({
    runtime,
    seed: 3,
    optimiser: adamW(),
    build: (scope) => {
      const outputs = buildRefiner(scope, input('image', [2, 3, 32, 32]), config, K);
      const { loss, type, mask } = refinerLoss(outputs, {
        allowed: input('allowed', [2, K]),
        typeWeight: input('type_weight', [2]),
        mask: input('mask_target', [2, 1, 16, 16]),
        maskWeight: input('mask_weight', [2]),
      });
      return { loss, metrics: { type, outline: mask } };
    },
  });
  const batch = {
    image: float(
      [2, 3, 32, 32],
      (i) => ((i < 3072 ? 80 : 200) + random.uniform(-20, 20)) / 64 - 2.6,
    ),
    allowed: float([2, K], (i) =>
      i < K ? allowedClasses('neutrophil')[i]! : allowedClasses('monocyte')[i - K]!,
    ),
    type_weight: float([2], () => 1),
    mask_target: float([2, 1, 16, 16], (i) => (i % 16 < 8 ? 1 : 0)),
    mask_weight: float([2], (i) => i),
  };
  const first = await trainer.train(batch, 0.02);
  let last = first;
  for (let i = 0; i < 30; i++) last = await trainer.train(batch, 0.02);
  expect(last['type']!).toBeLessThan(first['type']! / 2);
  expect(last['outline']!).toBeLessThan(first['outline']! / 2);
  await trainer.dispose();
});

/** Evaluate the refiner's loss on given logits through one training step with a single free parameter. */
async function typeLoss(logits: readonly number[], allowed: Float32Array, weight: number) {
  const K = refinerClasses.length;
  const trainer = await createTrainer({
    runtime,
    seed: 1,
    optimiser: adamW(),
    build: (scope) => {
      const shift = scope.parameter('shift', [K], { initialise: (s) => new Float32Array(s[0]!) });
      const given = input('logits', [1, K]);
      const outputs = {
        logits: add(given, shift),
        mask: input('mask', [1, 1, 2, 2]),
        features: given,
      };
      const { loss, type } = refinerLoss(
        outputs,
        {
          allowed: input('allowed', [1, K]),
          typeWeight: input('type_weight', [1]),
          mask: input('mask_target', [1, 1, 2, 2]),
          maskWeight: input('mask_weight', [1]),
        },
        { labelSmoothing: 0 },
      );
      return { loss, metrics: { type } };
    },
  });
  const report = await trainer.train(
    {
      logits: float([1, K], (i) => logits[i] ?? 0),
      allowed: float([1, K], (i) => allowed[i]!),
      type_weight: float([1], () => weight),
      mask: float([1, 1, 2, 2], () => 0),
      mask_target: float([1, 1, 2, 2], () => 0),
      mask_weight: float([1], () => 0),
    },
    0,
  );
  await trainer.dispose();
  return report['type']!;
}

test('a coarse label asks only that the probabilities below it sum to 1', async () => {
  const sure = [20, 20]; // half segmented, half band: all neutrophil
  expect(await typeLoss(sure, allowedClasses('neutrophil'), 1)).toBeCloseTo(0, 5);
  expect(await typeLoss(sure, allowedClasses('band-neutrophil'), 1)).toBeCloseTo(Math.log(2), 4);
  expect(await typeLoss(sure, allowedClasses('band-neutrophil'), 0.5)).toBeCloseTo(
    Math.log(2) / 2,
    4,
  );
});

test('a tiny locator learns where one cell is and how far it reaches', async () => {
  const config = {
    widths: [4, 4, 6, 6, 8, 8],
    blocks: [0, 0, 0],
    upWidths: [6, 6, 6, 6],
  } as const;
  const trainer = await createTrainer({
    runtime,
    seed: 4,
    optimiser: adamW(),
    build: (scope) => {
      const outputs = buildLocator(scope, input('image', [1, 3, 64, 64]), config, 3);
      const { loss, heat, reach } = locatorLoss(outputs, {
        heat: input('heat_target', [1, 3, 16, 16]),
        reach: input('reach_target', [1, 4, 16, 16]),
        reachWeight: input('reach_weight', [1, 1, 16, 16]),
      });
      return { loss, metrics: { heat, reach } };
    },
  });
  const centre = 7 * 16 + 5;
  const batch = {
    image: float([1, 3, 64, 64], (i) => {
      const [x, y] = [i % 64, Math.floor(i / 64) % 64];
      return (Math.hypot(x - 22, y - 30) < 8 ? 60 : 220) / 64 - 2.6;
    }),
    heat_target: float([1, 3, 16, 16], (i) => (i === centre ? 1 : i >= 512 ? -1 : 0)),
    reach_target: float([1, 4, 16, 16], () => Math.log(8 / 16)),
    reach_weight: float([1, 1, 16, 16], (i) => (i === centre ? 1 : 0)),
  };
  const first = await trainer.train(batch, 0.02);
  let last = first;
  for (let i = 0; i < 60; i++) last = await trainer.train(batch, 0.03);
  expect(last['heat']!).toBeLessThan(first['heat']! / 2);
  expect(last['reach']!).toBeLessThan(first['reach']! / 2);
  await trainer.dispose();
});
