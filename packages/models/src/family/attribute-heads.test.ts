import { expect, test } from 'vitest';
import { attributeHeadsSchema, readAttributeHeads, tellAttributes } from './attribute-heads.ts';
import { encodeHeadWeights } from './linear-head.ts';

const head = {
  name: 'vacuoles',
  bias: [0, -1],
  weights: encodeHeadWeights(Float32Array.of(0, 0, 2, -0.5)),
} as const;

test('weights come back as they were written, and the likeliest value is told', () => {
  const [read] = readAttributeHeads({ heads: [head] });
  expect([...read!.weights]).toEqual([0, 0, 2, -0.5]);
  // logits 0 and -1 + 2 · 1 - .5 · 1
  expect(tellAttributes([read!], Float32Array.of(1, 1))).toEqual([
    { name: 'vacuoles', value: 'yes', probability: 1 / (1 + Math.exp(-0.5)) },
  ]);
  // Features behind those that the head knows are not looked at.
  expect(tellAttributes([read!], Float32Array.of(0, 0, 9))[0]!.value).toBe('no');
});

test('a head must have a number for each value, and as many weights for each', () => {
  const of = (change: object) =>
    attributeHeadsSchema.safeParse({ kinds: ['monocyte'], heads: [{ ...head, ...change }] });
  expect(of({}).success).toBe(true);
  expect(of({ bias: [0, 0, 0] }).error?.issues[0]?.message).toMatch('one number for each value');
  expect(of({ name: 'beauty' }).success).toBe(false);
  const short = { ...head, weights: encodeHeadWeights(Float32Array.of(1, 2, 3)) };
  expect(() => readAttributeHeads({ heads: [short] })).toThrow('as many weights for each of its 2');
});
