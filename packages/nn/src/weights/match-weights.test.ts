import { float32, int64, type TensorData } from '@leukoscope/core';
import { expect, test } from 'vitest';
import { describeMatch, requireFullMatch } from './describe-match.ts';
import { type MatchOptions, matchWeights } from './match-weights.ts';

const tensors = new Map<string, TensorData>([
  ['module.conv.weight', float32([1, 2, 3, 4, 5, 6], [2, 3])],
  ['module.conv.bias', float32([7, 8], [1, 1, 1, 2])],
  ['module.count', int64([9])],
]);

const parameters = [
  { key: 'conv.weight', shape: [2, 3] },
  { key: 'conv.bias', shape: [2] },
];

const match = (options: MatchOptions, wanted = parameters) =>
  matchWeights(wanted, tensors, options);

test('matches nothing when names differ, and lists both sides', () => {
  const result = match({});
  expect(result.matched.size).toBe(0);
  expect(result.missing).toEqual(['conv.weight', 'conv.bias']);
  expect(result.leftOver).toEqual([...tensors.keys()]);
});

test('renames prefixes, and reports shapes that differ', () => {
  const result = match({ rename: [['module.', '']] });
  expect(result.matched.get('conv.weight')).toEqual(float32([1, 2, 3, 4, 5, 6], [2, 3]));
  expect([...result.sources]).toEqual([['conv.weight', 'module.conv.weight']]);
  expect(result.shapeMismatches).toEqual([
    { key: 'conv.bias', source: 'module.conv.bias', expected: [2], received: [1, 1, 1, 2] },
  ]);
  expect([result.missing, result.leftOver]).toEqual([[], ['module.count']]);
});

test('takes a tensor of another shape with as many elements only when allowed', () => {
  const { matched } = match({ rename: [['module.', '']], allowReshape: true });
  expect(matched.get('conv.bias')).toEqual(float32([7, 8], [2]));
});

test('renames by text only at the front, by expressions anywhere, in turn', () => {
  const names = (rename: MatchOptions['rename']) => match({ rename }, []).leftOver;
  expect(names([['conv.', 'x.']])).toEqual([...tensors.keys()]);
  const wanted = [{ key: 'layer.conv/weight', shape: [2, 3] }];
  const result = match(
    {
      rename: [
        ['module.', 'a.'],
        [/^a\.(.*)\.(\w+)$/, 'layer.$1/$2'],
      ],
    },
    wanted,
  );
  expect([...result.matched.keys()]).toEqual(['layer.conv/weight']);
});

test('leaves out on purpose what a function renames to null', () => {
  const rename = (name: string) => (name.endsWith('count') ? null : name.slice('module.'.length));
  const result = match({ rename, allowReshape: true });
  expect([result.matched.size, result.leftOver, result.leftOut]).toEqual([2, [], ['module.count']]);
});

test('transposes the tensors that a rule names', () => {
  for (const key of ['conv.weight', /weight$/g]) {
    const result = match({ rename: [['module.', '']], transpose: [{ key, axes: [1, 0] }] }, [
      { key: 'conv.weight', shape: [3, 2] },
    ]);
    expect(result.matched.get('conv.weight')).toEqual(float32([1, 4, 2, 5, 3, 6], [3, 2]));
  }
});

test('transposes convolution kernels of other programs', () => {
  // [kernel height, kernel width, inputs, outputs] of TensorFlow to [outputs, inputs, height, width]
  const [h, w, c, o] = [2, 3, 4, 5];
  const value = (y: number, x: number, i: number, k: number) => ((y * w + x) * c + i) * o + k;
  const source = new Map([
    [
      'k',
      float32(
        Array.from({ length: h * w * c * o }, (_, i) => i),
        [h, w, c, o],
      ),
    ],
  ]);
  const { matched } = matchWeights([{ key: 'k', shape: [o, c, h, w] }], source, {
    transpose: [{ key: 'k', axes: [3, 2, 0, 1] }],
  });
  const expected: number[] = [];
  for (let k = 0; k < o; k++)
    for (let i = 0; i < c; i++)
      for (let y = 0; y < h; y++) for (let x = 0; x < w; x++) expected.push(value(y, x, i, k));
  expect(Array.from(matched.get('k')!.data)).toEqual(expected);
});

test('widens float16, rounds float64, and refuses whole numbers', () => {
  const source = new Map<string, TensorData>([
    ['half', { dtype: 'float16', shape: [1], data: Uint16Array.of(0x3c00) }],
    ['double', { dtype: 'float64', shape: [1], data: Float64Array.of(0.1) }],
    ['int8', { dtype: 'int8', shape: [1], data: Int8Array.of(1) }],
  ]);
  const wanted = [...source.keys()].map((key) => ({ key, shape: [1] }));
  const { matched, dtypeMismatches } = matchWeights(wanted, source);
  expect(matched.get('half')).toEqual(float32([1]));
  expect(matched.get('double')).toEqual(float32([Math.fround(0.1)]));
  expect(dtypeMismatches).toEqual([{ key: 'int8', source: 'int8', received: 'int8' }]);
});

test('refuses rules that give two tensors one name, and impossible transposes', () => {
  expect(() => match({ rename: [[/.*/, 'same']] })).toThrow(
    'Received "same" for both "module.conv.weight" and "module.conv.bias".',
  );
  const transpose = [{ key: 'conv.weight', axes: [0, 0] }];
  expect(() => match({ rename: [['module.', '']], transpose })).toThrow(
    'each of the 2 axes of [2, 3] once. Received [0, 0].',
  );
});

test('describes what matched and what did not', () => {
  const result = match({ rename: [['module.', '']] }, [
    ...parameters,
    { key: 'count', shape: [1] },
    { key: 'head.weight', shape: [4] },
  ]);
  expect(describeMatch(result)).toBe(
    [
      '1 of 4 parameters matched (6 numbers).',
      '1 missing in the file:',
      '  head.weight',
      '1 of another shape:',
      '  conv.bias (in the file module.conv.bias): expected [2], received [1, 1, 1, 2]',
      '1 not of floats:',
      '  count (in the file module.count): int64',
    ].join('\n'),
  );
  const many = Array.from({ length: 25 }, (_, i) => ({ key: `p${i}`, shape: [1] }));
  expect(describeMatch(match({}, many))).toContain(
    '  p19\n  ... and 5 more\n3 left over in the file:',
  );
});

test('requires a full match unless told what may differ', () => {
  const rename = (name: string) => name.slice('module.'.length);
  const result = match({ rename, allowReshape: true });
  expect(() => requireFullMatch(result)).toThrow('1 left over in the file:\n  module.count');
  expect(() => requireFullMatch(result, { allowLeftOver: true })).not.toThrow();
  const more = match({ rename, allowReshape: true }, [...parameters, { key: 'x', shape: [1] }]);
  expect(() => requireFullMatch(more, { allowLeftOver: true })).toThrow('1 missing in the file');
  expect(() => requireFullMatch(more, { allowLeftOver: true, allowMissing: true })).not.toThrow();
  expect(() => requireFullMatch(match({ rename }), { allowLeftOver: true })).toThrow(
    'another shape',
  );
});
