import { expect, test } from 'vitest';
import '../../test/harness/close-to-tensor.ts';
import { evaluate } from '../../test/harness/evaluate.ts';
import { stream } from '../../test/harness/regression.ts';
import { printGraph } from '../graph/print.ts';
import { input } from '../graph/tensor.ts';
import { relu } from '../ops/activation.ts';
import {
  add,
  cast,
  exp,
  floor,
  greater,
  mul,
  stopGradient,
  sub,
  where,
} from '../ops/elementwise.ts';
import { argMax, max, mean, sum } from '../ops/reduction.ts';
import { split } from '../ops/shaping.ts';
import { gradients } from './gradients.ts';

const scalar = (value: number) => ({
  dtype: 'float32' as const,
  shape: [],
  data: Float32Array.of(value),
});

/** Slopes of a function of two numbers; undefined where nothing flows. */
async function slopes(
  build: (x: ReturnType<typeof input>, y: ReturnType<typeof input>) => ReturnType<typeof input>,
  xValue: number,
  yValue: number,
) {
  const [x, y] = [input('x', []), input('y', [])];
  const [dx, dy] = gradients(build(x, y), [x, y]);
  const results = await evaluate(
    { ...(dx && { dx }), ...(dy && { dy }) },
    { x: scalar(xValue), y: scalar(yValue) },
  );
  return [results['dx']?.data[0], results['dy']?.data[0]];
}

test('adds the gradients of a value that is used several times', async () => {
  // f = s² y + s with s = x + y: df/dx = 2 s y + 1, df/dy = 2 s y + s² + 1
  const f = await slopes(
    (x, y) => {
      const s = add(x, y);
      return add(mul(mul(s, s), y), s);
    },
    2,
    3,
  );
  expect(f).toEqual([2 * 5 * 3 + 1, 2 * 5 * 3 + 25 + 1]);
});

test('visits a shared subgraph once: a chain of doublings grows linearly', () => {
  let x = input('x', []);
  const first = x;
  for (let i = 0; i < 40; i++) x = add(x, x);
  const [dx] = gradients(x, [first]);
  expect(printGraph({ dx: dx! }).split('\n').length).toBeLessThan(200);
});

test('lets nothing back through stopGradient', async () => {
  expect(await slopes((x, y) => mul(x, stopGradient(mul(x, y))), 2, 3)).toEqual([6, undefined]);
});

test('gives nothing for what the loss does not depend on', async () => {
  expect(await slopes((x) => mul(x, x), 2, 3)).toEqual([4, undefined]);
});

test('differentiates with respect to values inside the graph, and to the loss itself', async () => {
  const x = input('x', []);
  const inner = exp(x);
  const loss = mul(inner, inner);
  const [dInner, dLoss, dx] = gradients(loss, [inner, loss, x]);
  const results = await evaluate({ dInner: dInner!, dLoss: dLoss!, dx: dx! }, { x: scalar(0) });
  expect([results['dInner'], results['dLoss'], results['dx']].map((r) => r!.data[0])).toEqual([
    2, 1, 2,
  ]);
});

test('lets no gradient through conditions, indices and whole numbers', async () => {
  const viaCondition = await slopes((x, y) => where(greater(x, y), mul(y, 2), y), 2, 3);
  expect(viaCondition).toEqual([undefined, 1]);
  expect(await slopes((x, y) => mul(cast(cast(x, 'int64'), 'float32'), y), 2.5, 3)).toEqual([
    undefined,
    2,
  ]);
  const z = input('z', [3]);
  const [dz] = gradients(sum(cast(argMax(z), 'float32')), [z]);
  expect(dz).toBeUndefined();
});

test('names the op without gradient that lies in the way, and the cure', () => {
  const x = input('x', [3]);
  expect(() => gradients(sum(floor(x)), [x])).toThrowErrorMatchingInlineSnapshot(
    `[LeukoscopeError: floor must not lie between the loss and a trained parameter: it has no gradient. Received float32[3]. Use stopGradient() before it if that is meant.]`,
  );
  expect(gradients(sum(floor(stopGradient(x))), [x])).toEqual([undefined]);
});

test('refuses a loss that is not one float32 number', () => {
  const x = input('x', [3]);
  expect(() => gradients(x, [x])).toThrowErrorMatchingInlineSnapshot(
    `[LeukoscopeError: a loss must be one float32 number. Received x float32[3]. Use mean() or sum().]`,
  );
  expect(() => gradients(cast(sum(x), 'int64'), [x])).toThrowErrorMatchingInlineSnapshot(
    `[LeukoscopeError: a loss must be one float32 number. Received int64[]. Use mean() or sum().]`,
  );
});

test('accepts a loss of shape [1] or [1, 1]', async () => {
  const x = input('x', [2, 3]);
  const [dx] = gradients(max(x, [0, 1], true), [x]);
  const { dx: found } = await evaluate({ dx: dx! }, { x: stream(1, [2, 3]) });
  expect(found!.shape).toEqual([2, 3]);
});

test('builds nothing for inputs that need no gradient', () => {
  const [x, y] = [input('x', [3]), input('y', [3])];
  const [dx] = gradients(sum(mul(relu(sub(x, y)), exp(y))), [x]);
  // The factor exp(y) is used, its own derivative is not built.
  expect(printGraph({ dx: dx! }).match(/= exp\(/g)).toHaveLength(1);
  expect(printGraph({ dx: dx! })).not.toContain('neg');
});

test('treats outputs of one node separately', async () => {
  const x = input('x', [4]);
  const [first, second] = split(x, [1, 3], 0) as [typeof x, typeof x];
  const loss = add(sum(mul(first, 2)), mean(mul(second, second)));
  const [dx] = gradients(loss, [x]);
  const { dx: found } = await evaluate(
    { dx: dx! },
    { x: { dtype: 'float32', shape: [4], data: Float32Array.of(1, 2, 3, 4) } },
  );
  // 2 for the first; 2 x / 3 for the others
  expect(found).toBeCloseToTensor({ shape: [4], data: [2, 4 / 3, 2, 8 / 3] });
});
