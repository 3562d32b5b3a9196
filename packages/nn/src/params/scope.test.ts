import { expect, test } from 'vitest';
import { input } from '../graph/tensor.ts';
import { add } from '../ops/elementwise.ts';
import { fill } from './initialise.ts';
import { createScope } from './scope.ts';

const zeros = { initialise: fill(0) };

test('joins names by dots and gives shared weights as one tensor', () => {
  const scope = createScope({ mode: 'train' });
  const block = scope.at('layer1').at(0).at('conv1');
  expect(block.path).toBe('layer1.0.conv1');
  const w = block.parameter('weight', [2, 3], zeros);
  expect(block.parameter('weight', [2, 3], zeros)).toBe(w);
  expect(scope.at('layer1.0.conv1').parameter('weight', [2, 3], zeros)).toBe(w);
  expect([...scope.declared.parameters.keys()]).toEqual(['layer1.0.conv1.weight']);
});

test('refuses shared weights of another shape', () => {
  const scope = createScope({ mode: 'train' });
  scope.parameter('w', [2, 3], zeros);
  expect(() => scope.parameter('w', [3, 2], zeros)).toThrowErrorMatchingInlineSnapshot(
    `[LeukoscopeError: parameter w must keep its shape [2, 3]. Received [3, 2]. Give the second layer another name.]`,
  );
});

test('decays weights of two axes and more, unless told otherwise', () => {
  const scope = createScope({ mode: 'train' });
  scope.parameter('weight', [2, 3], zeros);
  scope.parameter('bias', [2], zeros);
  scope.parameter('table', [2, 3], { ...zeros, decays: false });
  const decays = [...scope.declared.parameters.values()].map((spec) => spec.decays);
  expect(decays).toEqual([true, false, false]);
});

test('freezes by whole leading names', () => {
  const scope = createScope({ mode: 'train', frozen: ['layer1', 'fc.bias'] });
  for (const [at, name] of [
    ['layer1.0', 'weight'],
    ['layer10', 'weight'],
    ['fc', 'weight'],
    ['fc', 'bias'],
  ] as const) {
    scope.at(at).parameter(name, [2], zeros);
  }
  const trained = [...scope.declared.parameters.values()].filter((spec) => spec.isTrainable);
  expect(trained.map(({ key }) => key)).toEqual(['layer10.weight', 'fc.weight']);
});

test('keeps buffers untrained, and their last update as the current value', () => {
  const scope = createScope({ mode: 'train' });
  const buffer = scope.buffer('mean', [2], 1);
  expect(scope.declared.parameters.get('mean')).toMatchObject({
    isTrainable: false,
    decays: false,
  });
  expect(scope.current(buffer)).toBe(buffer);
  const [first, second] = [add(buffer, 1), add(buffer, 2)];
  scope.update(buffer, first);
  expect(scope.current(buffer)).toBe(first);
  scope.update(buffer, second);
  expect(scope.declared.updates).toEqual([{ key: 'mean', value: second }]);
});

test('refuses updates of what is no buffer, or to another shape', () => {
  const scope = createScope({ mode: 'train' });
  const buffer = scope.buffer('mean', [2], 1);
  const other = input('x', [2]);
  expect(() => scope.update(other, buffer)).toThrowErrorMatchingInlineSnapshot(
    `[LeukoscopeError: update must get a buffer of this scope and a value of its shape. Received another tensor, [2].]`,
  );
  expect(() => scope.update(buffer, input('x', [3]))).toThrowErrorMatchingInlineSnapshot(
    `[LeukoscopeError: update must get a buffer of this scope and a value of its shape. Received mean, [3].]`,
  );
});
