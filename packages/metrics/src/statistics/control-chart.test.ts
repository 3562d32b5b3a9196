import { createRandom } from '@leukoscope/core';
import { expect, test } from 'vitest';
import { controlFigure } from '../figures/control-figure.ts';
import { controlChart } from './control-chart.ts';

test('limits follow the formula', () => {
  const chart = controlChart([
    { hits: 10, count: 100 },
    { hits: 30, count: 200 },
    { hits: 0, count: 0 },
    { hits: 20, count: 100 },
  ]);
  // p̄ = 60 / 400; z = -1.4003, 0, 1.4003; mean step 1.4003 / 1.128 = 1.2414
  expect(chart.centre).toBeCloseTo(0.15, 12);
  expect(chart.spread).toBeCloseTo(1.2414, 3);
  const reach = 3 * chart.spread * Math.sqrt((0.15 * 0.85) / 200);
  expect(chart.points[1]!.limits.low).toBeCloseTo(0.15 - reach, 12);
  expect(chart.points[1]!.limits.high).toBeCloseTo(0.15 + reach, 12);
  expect(chart.points[2]).toBeNull();
});

test('steady weeks stay within, a week that changes does not', () => {
  const random = createRandom(3);
  const week = (share: number) => ({
    count: 500,
    hits: Array.from({ length: 500 }, () => random.next()).filter((draw) => draw < share).length,
  });
  const weeks = Array.from({ length: 20 }, () => week(0.08));
  expect(controlChart(weeks).points.some((point) => point!.isOut)).toBe(false);
  const { points } = controlChart([...weeks, week(0.25)]);
  expect(points.map((point) => point!.isOut).indexOf(true)).toBe(20);
});

test('where nothing was ever corrected nothing is out', () => {
  const { points, spread } = controlChart([
    { hits: 0, count: 40 },
    { hits: 0, count: 60 },
  ]);
  expect(spread).toBe(1);
  expect(points.map((point) => point!.isOut)).toEqual([false, false]);
});

test('the figure names the periods beyond the limits, and draws none without cells', () => {
  const weeks = [
    ...Array.from({ length: 9 }, () => ({ hits: 8, count: 100 })),
    { hits: 45, count: 100 },
  ];
  const chart = controlChart([...weeks, { hits: 0, count: 0 }]);
  const figure = controlFigure(
    chart,
    [...weeks, 0].map((_, i) => `week ${i + 1}`),
    { what: 'Corrected' },
  );
  expect(figure.description).toContain('beyond the limits: week 10.');
  expect(figure.csv.trim().split('\r\n')).toHaveLength(1 + weeks.length);
  expect(figure.svg).not.toContain('NaN');
});
