import type { TensorData } from '@leukoscope/core';
import { expect, test } from 'vitest';
import '../../test/harness/close-to-tensor.ts';
import { evaluate } from '../../test/harness/evaluate.ts';
import { constant, input, parameter, type Tensor } from '../graph/tensor.ts';
import { encodeOnnxModel } from '../onnx/write-model.ts';
import { relu } from '../ops/activation.ts';
import { conv2d } from '../ops/convolution.ts';
import { add, exp, log, mul, sub } from '../ops/elementwise.ts';
import { sum } from '../ops/reduction.ts';
import { emitGraph } from './emit-graph.ts';

const vector = (...values: number[]): TensorData<'float32'> => ({
  dtype: 'float32',
  shape: [values.length],
  data: Float32Array.from(values),
});
const opsOf = (outputs: Record<string, Tensor>) =>
  emitGraph({ name: 'test', outputs }).model.graph.nodes.map(({ opType }) => opType);
const namesOf = (outputs: Record<string, Tensor>) => {
  const { graph } = emitGraph({ name: 'test', outputs }).model;
  const made = graph.nodes.flatMap((node) => node.outputs);
  return [
    ...graph.inputs.map(({ name }) => name),
    ...graph.initializers.map(({ name }) => name),
    ...made,
  ];
};

test('writes only what the outputs need, each node once', () => {
  const x = input('x', [3]);
  const used = exp(x);
  log(used);
  mul(used, input('unused', [3]));
  const { model, inputKeys } = emitGraph({ name: 'test', outputs: { y: add(used, used) } });
  expect(model.graph.nodes.map(({ opType }) => opType)).toEqual(['Exp', 'Add']);
  expect(inputKeys).toEqual(['x']);
});

test('gives every value a name of its own', () => {
  const x = input('x', [3]);
  const names = namesOf({ y: exp(exp(exp(x))), z: add(add(x, 1), 2) });
  expect(new Set(names).size).toBe(names.length);
});

test('writes the same bytes for the same graph built again', () => {
  const build = () => {
    const x = input('x', [1, 3, 5, 5]);
    const y = relu(conv2d(x, parameter('w', [4, 3, 3, 3]), { padding: 1 }));
    return encodeOnnxModel(emitGraph({ name: 'test', outputs: { y, total: sum(y) } }).model);
  };
  expect(build()).toEqual(build());
});

test('shares small constants of equal value, but not of another dtype, shape or sign of zero', async () => {
  const x = input('x', [1]);
  const y = add(mul(x, 2), mul(exp(x), 2));
  expect(emitGraph({ name: 'test', outputs: { y } }).model.graph.initializers.length).toBe(1);
  const flat = constant(vector(2));
  const { initializers } = emitGraph({ name: 'test', outputs: { y: add(mul(x, 2), flat) } }).model
    .graph;
  expect(initializers.length).toBe(2);
  const one = input('one', [1]);
  const { plus, minus } = await evaluate(
    { plus: mul(one, constant(vector(0))), minus: mul(one, constant(vector(-0))) },
    { one: vector(1) },
  );
  expect([plus!.data[0], minus!.data[0]]).toEqual([0, -0]);
});

test('takes parameters flat as inputs, or as constants where values are given', () => {
  const w = parameter('w', [2, 3]);
  const outputs = { y: sum(w) };
  const open = emitGraph({ name: 'test', outputs });
  expect(open.model.graph.inputs).toEqual([{ name: 'w.flat', dtype: 'float32', shape: [6] }]);
  expect(open.parameterKeys).toEqual(['w']);
  const value = { ...vector(1, 2, 3, 4, 5, 6), shape: [2, 3] };
  const closed = emitGraph({ name: 'test', outputs, parameterValues: new Map([['w', value]]) });
  expect(closed.model.graph.inputs).toEqual([]);
  expect(closed.parameterKeys).toEqual([]);
});

test('lets a parameter that is declared twice enter once', async () => {
  const [first, second] = [parameter('w', [2]), parameter('w', [2])];
  const { model, parameterKeys } = emitGraph({ name: 'test', outputs: { y: add(first, second) } });
  expect(parameterKeys).toEqual(['w']);
  expect(model.graph.inputs.map(({ name }) => name)).toEqual(['w.flat']);
  const { y } = await evaluate({ y: add(first, second) }, {}, new Map([['w', vector(1, 2)]]));
  expect(y).toBeCloseToTensor(vector(2, 4));
});

test('gives outputs that are inputs, constants or parameters their own names', async () => {
  const x = input('x', [2]);
  const results = await evaluate(
    { same: x, fixed: constant(vector(3, 4)), weight: parameter('w', [2]) },
    { x: vector(1, 2) },
    new Map([['w', vector(5, 6)]]),
  );
  expect(results['same']).toBeCloseToTensor(vector(1, 2));
  expect(results['fixed']).toBeCloseToTensor(vector(3, 4));
  expect(results['weight']).toBeCloseToTensor(vector(5, 6));
});

test('gives one value under two names', async () => {
  const y = exp(input('x', [1]));
  const results = await evaluate({ one: y, two: y, more: add(y, 1) }, { x: vector(0) });
  expect([results['one']!.data[0], results['two']!.data[0], results['more']!.data[0]]).toEqual([
    1, 1, 2,
  ]);
  expect(opsOf({ one: y, two: y })).toEqual(['Exp', 'Identity']);
});

test('keeps outputs and inputs apart that are named as nodes inside would be', async () => {
  const x = input('Exp', [1]);
  const inner = exp(add(input('constant', [1]), 1));
  const results = await evaluate(
    { Add: sub(inner, x), Sub: exp(inner), Exp_2: relu(inner) },
    { Exp: vector(1), constant: vector(-1) },
  );
  expect(results['Add']!.data[0]).toBe(0);
  expect(results['Sub']!.data[0]).toBeCloseTo(Math.E, 5);
  expect(results['Exp_2']!.data[0]).toBe(1);
});

test('refuses two inputs of one name, and an output named as an input', () => {
  const emit = (outputs: Record<string, Tensor>) => () => emitGraph({ name: 'test', outputs });
  const x = input('x', [2]);
  expect(emit({ y: add(x, input('x', [2])) })).toThrowErrorMatchingInlineSnapshot(
    `[LeukoscopeError: names of inputs and outputs must differ. Received "x" twice. Rename one, or declare an input once and use it again.]`,
  );
  expect(emit({ x: exp(x) })).toThrowErrorMatchingInlineSnapshot(
    `[LeukoscopeError: names of inputs and outputs must differ. Received "x" twice. Rename one, or declare an input once and use it again.]`,
  );
  const odd = add(sum(parameter('w', [2])), sum(parameter('w', [3])));
  expect(emit({ odd })).toThrowErrorMatchingInlineSnapshot(
    `[LeukoscopeError: parameter "w" must have one size. Received 2 and 3 numbers. Name the second one differently.]`,
  );
});

test('writes metadata and where the file comes from', () => {
  const outputs = { y: exp(input('x', [1])) };
  const { model } = emitGraph({ name: 'classifier', outputs, metadata: { classes: 'a,b' } });
  expect(model.metadata).toEqual({ classes: 'a,b' });
  expect([model.producerName, model.graph.name, model.irVersion]).toEqual([
    'leukoscope',
    'classifier',
    8,
  ]);
  expect(model.opsetImports).toEqual([{ domain: '', version: 18 }]);
});
