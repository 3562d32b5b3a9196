import { createRandom, float32 } from '@leukoscope/core';
import {
  conv2d,
  emitGraph,
  gradients,
  input,
  mul,
  parameter,
  sum,
  type Tensor,
} from '@leukoscope/nn';
import { expect, test } from 'vitest';
import { evaluateGraph } from './evaluate-graph.ts';

interface Extents {
  readonly n: number;
  readonly c: number;
  readonly o: number;
  readonly h: number;
  readonly w: number;
  readonly padding: number;
}

const noise = (shape: readonly number[], seed: number) => {
  const random = createRandom(seed);
  const length = shape.reduce((a, b) => a * b, 1);
  return float32(
    Float32Array.from({ length }, () => random.normal()),
    shape,
  );
};

/** y, dx and dw by plain loops in float64. */
function byLoops({ n, c, o, h, w, padding }: Extents, data: Record<string, Float32Array>) {
  const [high, wide] = [h + 2 * padding - 2, w + 2 * padding - 2];
  const y = new Float64Array(n * o * high * wide);
  const dx = new Float64Array(n * c * h * w);
  const dw = new Float64Array(o * c * 9);
  const { x, weights, g } = data as { x: Float32Array; weights: Float32Array; g: Float32Array };
  for (let image = 0; image < n; image++)
    for (let to = 0; to < o; to++)
      for (let from = 0; from < c; from++)
        for (let tap = 0; tap < 9; tap++) {
          const tapAt = (to * c + from) * 9 + tap;
          for (let row = 0; row < high; row++) {
            const rowIn = row + Math.floor(tap / 3) - padding;
            if (rowIn < 0 || rowIn >= h) continue;
            for (let column = 0; column < wide; column++) {
              const columnIn = column + (tap % 3) - padding;
              if (columnIn < 0 || columnIn >= w) continue;
              const outAt = ((image * o + to) * high + row) * wide + column;
              const inAt = ((image * c + from) * h + rowIn) * w + columnIn;
              y[outAt]! += x[inAt]! * weights[tapAt]!;
              dx[inAt]! += g[outAt]! * weights[tapAt]!;
              dw[tapAt]! += g[outAt]! * x[inAt]!;
            }
          }
        }
  return { y, dx, dw };
}

const relativeL2 = (got: readonly number[], wanted: Float64Array) => {
  expect(got.length).toBe(wanted.length);
  const error = got.reduce((total, value, i) => total + (value - wanted[i]!) ** 2, 0);
  return Math.sqrt(error / wanted.reduce((total, value) => total + value * value, 0));
};

test.each([
  { n: 16, c: 64, o: 48, h: 6, w: 6, padding: 1, places: [16], most: 1.5e-6 },
  { n: 6, c: 96, o: 96, h: 18, w: 14, padding: 0, places: [36], most: 1e-5 },
  { n: 4, c: 64, o: 64, h: 12, w: 12, padding: 1, places: [36], most: 1e-5 },
  { n: 4, c: 48, o: 64, h: 13, w: 10, padding: 2, places: [36], most: 1e-5 },
])(
  'a 3x3 convolution of $n x $c -> $o channels at $h x $w, padding $padding, by minimal filtering',
  async ({ places, most, ...extents }) => {
    const { n, c, o, h, w, padding } = extents;
    const x = input('x', [n, c, h, w]);
    const weights = input('weights', [o, c, 3, 3]);
    const y = conv2d(x, weights, { padding });
    const g = input('g', y.shape);
    const [dx, dw] = gradients(sum(mul(y, g)), [x, weights]) as [Tensor, Tensor];
    const outputs = { y, dx, dw };
    // It is the formulation meant: no Conv, and products stacked by places.
    const { model } = emitGraph({ name: 'test', outputs });
    expect(model.graph.nodes.map(({ opType }) => opType)).not.toContain('Conv');
    const found = model.graph.initializers
      .filter(({ shape }) => shape.length === 2 && shape[1] === 9)
      .map(({ shape }) => shape[0]!);
    expect([...new Set(found)].sort()).toEqual(places);

    const feeds = { x: noise(x.shape, 1), weights: noise(weights.shape, 2), g: noise(g.shape, 3) };
    const got = await evaluateGraph(outputs, feeds);
    const wanted = byLoops(extents, {
      x: feeds.x.data,
      weights: feeds.weights.data,
      g: feeds.g.data,
    });
    for (const name of ['y', 'dx', 'dw'] as const) {
      expect(relativeL2(got[name], wanted[name]), name).toBeLessThan(most);
    }
  },
);

test('constant weights keep the plain convolution, which ONNX Runtime prepares at load', () => {
  const value = noise([64, 64, 3, 3], 1);
  const image = input('x', [4, 64, 12, 12]);
  const build = (parameterValues?: Map<string, typeof value>) => {
    const y = conv2d(image, parameter('w', value.shape), { padding: 1 });
    const { model } = emitGraph({
      name: 'test',
      outputs: { y },
      ...(parameterValues === undefined ? {} : { parameterValues }),
    });
    return model.graph.nodes.map(({ opType }) => opType);
  };
  expect(build(new Map([['w', value]]))).toEqual(['Conv']);
  expect(build()).not.toContain('Conv');
});
