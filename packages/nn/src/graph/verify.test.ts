import { expect, test } from 'vitest';
import { add, exp } from '../ops/elementwise.ts';
import { type GraphNode, input, parameter, type Tensor } from './tensor.ts';
import { verifyGraph } from './verify.ts';

test('accepts a sound graph, and one input used in several places', () => {
  const x = input('x', [2]);
  verifyGraph([add(exp(x), x), add(x, parameter('w', [2]))]);
});

test('refuses two inputs of one name', () => {
  expect(() =>
    verifyGraph([add(input('x', [2]), input('x', [2]))]),
  ).toThrowErrorMatchingInlineSnapshot(
    `[LeukoscopeError: input "x" must be declared once and used again. Received x float32[2].]`,
  );
});

test('refuses a tensor whose shape or dtype is not what its op infers', () => {
  const y = exp(input('x', [2]));
  const forge = (change: Partial<Tensor>): Tensor => {
    const outputs: Tensor[] = [];
    const node: GraphNode = { ...y.node, outputs };
    outputs.push({ ...y, node, ...change });
    return outputs[0]!;
  };
  expect(() => verifyGraph([forge({ shape: [3] })])).toThrowErrorMatchingInlineSnapshot(
    `[LeukoscopeError: output 0 of exp must be float32[2]. Received float32[3].]`,
  );
  expect(() => verifyGraph([forge({ dtype: 'int64' })])).toThrowErrorMatchingInlineSnapshot(
    `[LeukoscopeError: output 0 of exp must be float32[2]. Received int64[2].]`,
  );
});

test('refuses one parameter in two sizes', () => {
  expect(() =>
    verifyGraph([add(parameter('w', [2, 1]), parameter('w', [1, 3]))]),
  ).toThrowErrorMatchingInlineSnapshot(
    `[LeukoscopeError: parameter "w" must have one size. Received w float32[1, 3].]`,
  );
});
