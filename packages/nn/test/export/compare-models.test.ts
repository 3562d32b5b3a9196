import { float32 } from '@leukoscope/core';
import { add, compareModels, constant, input, mul } from '@leukoscope/nn';
import { openRuntime } from '@leukoscope/nn/runtime';
import { afterAll, expect, test } from 'vitest';
import { modelOf } from './export-networks.ts';

const runtime = openRuntime({ host: 'inline', threads: 1, spinning: false });
afterAll(() => runtime.close());

const identity = modelOf(() => ({ y: mul(input('x', [1, 3]), 2) }));
const shifted = modelOf(() => ({ y: add(mul(input('x', [1, 3]), 2), 0.5) }));
const samples = [{ x: float32([1, 2, 3], [1, 3]) }, { x: float32([3, 0, -1], [1, 3]) }];

test('equal models do not differ', async () => {
  const report = await compareModels(identity, identity, samples, { runtime });
  expect(report.outputs[0]).toMatchObject({
    name: 'y',
    largest: 0,
    mean: 0,
    relativeL2: 0,
    top1Agreement: 1,
  });
  expect(report.outputs[0]!.cosine).toBeCloseTo(1, 12);
  expect(report.sizeRatio).toBe(1);
  expect(report.speedRatio).toBeUndefined();
});

test('differences are what the formulas say', async () => {
  const { outputs } = await compareModels(identity, shifted, samples, { runtime });
  const [a, b] = [
    [2, 4, 6, 6, 0, -2],
    [2.5, 4.5, 6.5, 6.5, 0.5, -1.5],
  ];
  const dot = (p: number[], q: number[]) => p.reduce((total, v, i) => total + v * q[i]!, 0);
  const report = outputs[0]!;
  expect(report.largest).toBeCloseTo(0.5, 6);
  expect(report.mean).toBeCloseTo(0.5, 6);
  expect(report.relativeL2).toBeCloseTo(Math.sqrt((6 * 0.25) / dot(a, a)), 6);
  expect(report.cosine).toBeCloseTo(dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b)), 6);
});

test('the share of equal winners is counted along the class axis', async () => {
  const shape = [1, 2, 2];
  const first = modelOf(() => ({ y: mul(input('x', shape), 1.5) }));
  const other = modelOf(() => ({
    y: mul(input('x', shape), constant(float32([1, -1, 1, 1], shape))),
  }));
  const x = float32([1, 2, 4, 3], shape);
  const last = await compareModels(first, other, [{ x }], { runtime });
  // Signs (+ -; + +): by the last axis 1 of 2 winners stays, by axis 1 both do (1 < 4, -2 < 3).
  expect(last.outputs[0]!.top1Agreement).toBe(0.5);
  const axis1 = await compareModels(first, other, [{ x }], { runtime, classAxes: { y: 1 } });
  expect(axis1.outputs[0]!.top1Agreement).toBe(1);
});

test('speed is the ratio of median times, other runs not counted', async () => {
  let now = 0;
  let calls = 0;
  // Odd calls end a run: the reference takes 30 ms, the other 10.
  const clock = () => {
    calls += 1;
    if (calls % 4 === 2) now += 30;
    if (calls % 4 === 0) now += 10;
    return now;
  };
  const options = { runtime, clock, repeats: 3 };
  const report = await compareModels(identity, shifted, samples, options);
  expect(report).toMatchObject({ referenceMs: 30, otherMs: 10, speedRatio: 3 });
  expect(calls).toBe(3 * samples.length * 2 * 2);
});

test('models with other outputs, and no samples, are refused', async () => {
  const renamed = modelOf(() => ({ z: mul(input('x', [1, 3]), 2) }));
  await expect(compareModels(identity, renamed, samples, { runtime })).rejects.toThrow(
    'outputs y and z',
  );
  await expect(compareModels(identity, identity, [], { runtime })).rejects.toThrow('0 sample(s)');
});
