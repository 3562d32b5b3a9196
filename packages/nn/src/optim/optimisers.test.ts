import { expect, test } from 'vitest';
import { adamW } from './adamw.ts';
import { constantRate, cosine, multiStep, warmUp } from './schedule.ts';
import { sgd } from './sgd.ts';

test('refuses settings out of range', () => {
  expect(() => sgd({ momentum: 1 })).toThrowErrorMatchingInlineSnapshot(
    `[LeukoscopeError: sgd: momentum must be from 0 to below 1 (above 0 with nesterov), weightDecay at least 0. Received momentum 1, weightDecay 0.]`,
  );
  expect(() => sgd({ weightDecay: -1 })).toThrow('weightDecay at least 0');
  expect(() => sgd({ nesterov: true })).toThrow('above 0 with nesterov');
  expect(() => adamW({ beta2: 1 })).toThrowErrorMatchingInlineSnapshot(
    `[LeukoscopeError: adamW: betas must be from 0 to below 1, epsilon above 0, weightDecay at least 0. Received {"beta1":0.9,"beta2":1,"epsilon":1e-8,"weightDecay":0.01}.]`,
  );
  expect(() => adamW({ epsilon: 0 })).toThrow('epsilon above 0');
  expect(() => adamW({ weightDecay: Number.NaN })).toThrow('weightDecay at least 0');
  expect(() => cosine(0.1, 0)).toThrowErrorMatchingInlineSnapshot(
    `[LeukoscopeError: cosine: steps must be above 0. Received 0.]`,
  );
});

test('keeps the state that the settings need, and tells its settings', () => {
  expect(sgd().stateNames).toEqual([]);
  expect(sgd({ momentum: 0.9 }).stateNames).toEqual(['momentum']);
  expect(adamW().stateNames).toEqual(['m', 'v']);
  expect(sgd({ momentum: 0.5, nesterov: true }).settings).toEqual({
    momentum: 0.5,
    weightDecay: 0,
    nesterov: true,
  });
});

test('falls along half a cosine and stays at its end', () => {
  const rate = cosine(0.2, 10, 0.02);
  expect(rate(0)).toBeCloseTo(0.2, 12);
  expect(rate(5)).toBeCloseTo((0.2 + 0.02) / 2, 12);
  expect([rate(10), rate(11), rate(1000)]).toEqual([0.02, 0.02, 0.02]);
});

test('warms up over any schedule, and follows it afterwards', () => {
  const rate = warmUp(multiStep(1, [2, 6], 0.5), 4, 0.2);
  // (0.2 + 0.8 step / 4) times the schedule's own rate
  const expected = [0.2 * 1, 0.4 * 1, 0.6 * 0.5, 0.8 * 0.5, 0.5, 0.5, 0.25];
  expected.forEach((value, step) => {
    expect(rate(step)).toBeCloseTo(value, 12);
  });
  expect(warmUp(constantRate(3), 0)(0)).toBe(3);
});
