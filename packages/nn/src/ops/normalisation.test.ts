import { expect, test } from 'vitest';
import { evaluate } from '../../test/harness/evaluate.ts';
import { noise } from '../../test/harness/noise.ts';
import '../../test/harness/close-to-tensor.ts';
import { input } from '../graph/tensor.ts';
import { add } from './elementwise.ts';
import { batchNorm, channelAffine, groupNorm } from './normalisation.ts';

const values = (shape: readonly number[], stream: number) => ({
  dtype: 'float32' as const,
  shape,
  data: noise(
    stream,
    shape.reduce((p, n) => p * n, 1),
  ),
});

test('keeps the statistics of two norms of one width apart, and off the constants of others', async () => {
  const [x, y] = [input('x', [4, 3]), input('y', [4, 3])];
  const [ones, zeros] = [input('ones', [3]), input('zeros', [3])];
  const first = batchNorm(x, ones, zeros);
  const second = batchNorm(y, ones, zeros);
  const feeds = {
    x: values([4, 3], 1),
    y: values([4, 3], 2),
    ones: { dtype: 'float32' as const, shape: [3], data: new Float32Array(3).fill(1) },
    zeros: { dtype: 'float32' as const, shape: [3], data: new Float32Array(3) },
  };
  // Used inside the graph: ONNX Runtime reuses memory only where a value is not an output itself.
  const results = await evaluate(
    {
      firstMean: add(first.mean, zeros),
      secondMean: add(second.mean, zeros),
      same: channelAffine(x, ones, zeros),
    },
    feeds,
  );
  const meanOf = ({ data }: { readonly data: Float32Array }) => ({
    shape: [3],
    data: [0, 1, 2].map((c) => [0, 1, 2, 3].reduce((s, row) => s + data[row * 3 + c]! / 4, 0)),
  });
  expect(results['firstMean']).toBeCloseToTensor(meanOf(feeds.x));
  expect(results['secondMean']).toBeCloseToTensor(meanOf(feeds.y));
  expect(results['same']).toBeCloseToTensor(feeds.x);
});

test('refuses vectors that are not one number per channel', () => {
  const x = input('x', [2, 3, 4, 4]);
  const four = input('four', [4]);
  expect(() => batchNorm(x, four, four)).toThrowErrorMatchingInlineSnapshot(
    `[LeukoscopeError: batchNorm: x must be [N, C, ...], gamma and beta [C]. Received x float32[2, 3, 4, 4], four float32[4], four float32[4]. Give one number per channel.]`,
  );
  expect(() => channelAffine(x, four, four)).toThrowErrorMatchingInlineSnapshot(
    `[LeukoscopeError: channelAffine: x must be [N, C, ...], scale and shift [C]. Received x float32[2, 3, 4, 4], four float32[4], four float32[4]. Give one number per channel.]`,
  );
  expect(() => groupNorm(x, 2, four, four)).toThrowErrorMatchingInlineSnapshot(
    `[LeukoscopeError: groupNorm: channels must be divisible by groups (2). Received x float32[2, 3, 4, 4]. Use a divisor.]`,
  );
});
