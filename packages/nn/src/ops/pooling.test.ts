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
