import { createRandom, type Shape } from '@leukoscope/core';
import { expect, test } from 'vitest';
import { fill, glorot, type Initialiser, kaiming, normal, uniform } from './initialise.ts';

const statistics = (initialise: Initialiser, shape: Shape) => {
  const values = initialise(shape, createRandom(1));
  const mean = values.reduce((s, v) => s + v, 0) / values.length;
  const deviation = Math.sqrt(values.reduce((s, v) => s + (v - mean) ** 2, 0) / values.length);
  return { count: values.length, mean, deviation, largest: Math.max(...values.map(Math.abs)) };
};

const shape = [32, 16, 5, 5];
const count = 32 * 16 * 25;
// Standard errors of a mean and a deviation of n values are σ / √n and σ / √2n; four of them.
const expectDeviation = (found: ReturnType<typeof statistics>, deviation: number) => {
  expect(found.count).toBe(count);
  expect(Math.abs(found.mean)).toBeLessThan((4 * deviation) / Math.sqrt(count));
  expect(Math.abs(found.deviation / deviation - 1)).toBeLessThan(4 / Math.sqrt(2 * count));
};

test('draws He normal weights by fan-in or fan-out', () => {
  expectDeviation(statistics(kaiming(), shape), Math.sqrt(2 / (16 * 25)));
  expectDeviation(statistics(kaiming('fan-out'), shape), Math.sqrt(2 / (32 * 25)));
});

test('draws Glorot uniform weights', () => {
  const found = statistics(glorot(), shape);
  const limit = Math.sqrt(6 / ((16 + 32) * 25));
  expectDeviation(found, limit / Math.sqrt(3));
  expect(found.largest).toBeLessThanOrEqual(limit * (1 + 1e-7));
});

test('draws normal and uniform weights of a given spread', () => {
  expectDeviation(statistics(normal(0.02), shape), 0.02);
  const shifted = statistics(normal(0.1, 3), shape);
  expect(Math.abs(shifted.mean - 3)).toBeLessThan(0.01);
  const found = statistics(uniform(0.3), shape);
  expectDeviation(found, 0.3 / Math.sqrt(3));
  expect(found.largest).toBeGreaterThan(0.299);
});

test('fills with one value', () => {
  expect([...fill(0.5)([2, 2], createRandom(1))]).toEqual([0.5, 0.5, 0.5, 0.5]);
});

test('counts the fans of a matrix without a kernel', () => {
  const values = kaiming()([400, 50], createRandom(2));
  const deviation = Math.sqrt(values.reduce((s, v) => s + v * v, 0) / values.length);
  expect(deviation / Math.sqrt(2 / 50)).toBeCloseTo(1, 1);
});
