import { expect, test } from 'vitest';
import { evaluate } from '../../test/harness/evaluate.ts';
import '../../test/harness/close-to-tensor.ts';
import { gradients } from '../autodiff/gradients.ts';
import { input } from '../graph/tensor.ts';
import { mul } from './elementwise.ts';
import { maxPool } from './pooling.ts';
import { sum } from './reduction.ts';

test('shares the gradient among equal maxima of windows that tile the image', async () => {
  const x = input('x', [1, 1, 2, 4]);
  const weights = input('weights', [1, 1, 1, 2]);
  const [dx] = gradients(sum(mul(maxPool(x, 2), weights)), [x]);
  const results = await evaluate(
    { dx: dx! },
    {
      x: { dtype: 'float32', shape: [1, 1, 2, 4], data: Float32Array.of(5, 5, 0, 0, 5, 1, 0, 0) },
      weights: { dtype: 'float32', shape: [1, 1, 1, 2], data: Float32Array.of(6, 8) },
    },
  );
  // Three equals get 6 / 3 each, four equals 8 / 4 each.
  expect(results['dx']).toBeCloseToTensor({ shape: [1, 1, 2, 4], data: [2, 2, 2, 2, 2, 0, 2, 2] });
});

test('pads sides by their own numbers, with nothing that could be a maximum', async () => {
  const x = input('x', [1, 1, 2, 3]);
  // Windows of stride 1 that reach past the right and the bottom only (Darknet's), and the reverse.
  const far = maxPool(x, 2, { stride: 1, padding: [0, 0, 1, 1] });
  const near = maxPool(x, 2, { stride: 1, padding: [1, 1, 0, 0] });
  const weights = input('weights', [1, 1, 2, 3]);
  const [dx] = gradients(sum(mul(far, weights)), [x]);
  const data = Float32Array.of(-1, -5, -2, -6, -3, -4);
  const results = await evaluate(
    { far, near, dx: dx! },
    {
      x: { dtype: 'float32', shape: [1, 1, 2, 3], data },
      weights: { dtype: 'float32', shape: [1, 1, 2, 3], data: Float32Array.of(1, 2, 4, 8, 16, 32) },
    },
  );
  const shape = [1, 1, 2, 3];
  expect(results['far']).toBeCloseToTensor({ shape, data: [-1, -2, -2, -3, -3, -4] });
  expect(results['near']).toBeCloseToTensor({ shape, data: [-1, -1, -2, -1, -1, -2] });
  expect(results['dx']).toBeCloseToTensor({ shape, data: [1, 0, 6, 0, 24, 32] });
  expect(() => maxPool(x, 2, { padding: [0, 0, 2, 0] })).toThrow(/padding from 0 to below/);
});
