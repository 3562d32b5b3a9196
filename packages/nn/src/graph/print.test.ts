import { expect, test } from 'vitest';
import { relu } from '../ops/activation.ts';
import { conv2d } from '../ops/convolution.ts';
import { add, mul } from '../ops/elementwise.ts';
import { topK } from '../ops/selection.ts';
import { hashGraph, printGraph } from './print.ts';
import { constant, input, parameter } from './tensor.ts';

const small = (name = 'image') => {
  const x = input(name, [1, 2, 4, 4]);
  const w = parameter('conv.weight', [3, 2, 3, 3]);
  const y = relu(conv2d(x, w, { padding: 1, stride: 2 }));
  return { y, scaled: mul(y, 0.5) };
};

test('prints one line a node, inputs before users, with attributes and names', () => {
  expect(printGraph(small())).toMatchInlineSnapshot(`
    "%1 float32[1, 2, 4, 4] = input() {"key":"image","shape":[1,2,4,4],"dtype":"float32"}  # image
    %2 float32[3, 2, 3, 3] = parameter() {"key":"conv.weight","shape":[3,2,3,3]}  # conv.weight
    %3 float32[1, 3, 2, 2] = conv2d(%1, %2) {"strides":[2,2],"pads":[1,1,1,1],"dilations":[1,1],"groups":1}
    %4 float32[1, 3, 2, 2] = relu(%3)
    %5 float32[] = constant() {"value":"[0.5]"}
    %6 float32[1, 3, 2, 2] = mul(%4, %5)
    return y = %4, scaled = %6"
  `);
});

test('prints ops of several outputs, and long constants shortened', () => {
  const values = Float32Array.from({ length: 12 }, (_, i) => i / 2);
  const [top, places] = topK(constant({ dtype: 'float32', shape: [12], data: values }), 2);
  expect(printGraph({ top, places })).toMatchInlineSnapshot(`
    "%1 float32[12] = constant() {"value":"[0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5, ... 12]"}
    %2 float32[2], %3 int64[2] = topK(%1) {"count":2,"axis":0}
    return top = %2, places = %3"
  `);
});

test('hashes structure and keys', () => {
  const hash = hashGraph(small());
  expect(hash).toMatch(/^[0-9a-f]{16}$/);
  expect(hashGraph({ ...small() })).toBe(hash);
  expect(hashGraph({ ...small('picture') })).not.toBe(hash);
  const { y, scaled } = small();
  expect(hashGraph({ y, scaled: add(scaled, 1) })).not.toBe(hash);
  expect(hashGraph({ y })).not.toBe(hash);
});

test('hashes every element of a constant, and its sign of zero', () => {
  const hashOf = (change: (data: Float32Array) => void) => {
    const data = new Float32Array(1000);
    change(data);
    return hashGraph({
      y: mul(input('x', [1000]), constant({ dtype: 'float32', shape: [1000], data })),
    });
  };
  const same = hashOf(() => {});
  expect(hashOf(() => {})).toBe(same);
  for (const place of [0, 8, 500, 999]) {
    const other = hashOf((data) => {
      data[place] = 1;
    });
    expect(other, `${place}`).not.toBe(same);
  }
  expect(hashOf((data) => data.fill(-0, 999))).not.toBe(same);
});

test('prints a deep graph without overflowing the stack', () => {
  let x = input('x', [1]);
  for (let i = 0; i < 20_000; i++) x = add(x, 1);
  expect(printGraph({ x }).split('\n').length).toBe(1 + 2 * 20_000 + 1);
});
