import { float32 } from '@leukoscope/core';
import { expect, test } from 'vitest';
import {
  activationScale,
  quantiseBias,
  quantiseWeights,
  smallestScales,
} from './quantised-values.ts';

const noFloor = (channels: number) => new Float32Array(channels);

test('activations: 0 is stored exactly and both ends fit', () => {
  const { scale, zeroPoint } = activationScale({ low: -1, high: 3 });
  expect(scale).toBeCloseTo(4 / 255, 7);
  expect(zeroPoint).toBe(Math.round(255 / 4));
  expect(activationScale({ low: 0, high: 6 }).zeroPoint).toBe(0);
  expect(activationScale({ low: -6, high: 0 }).zeroPoint).toBe(255);
  expect(activationScale({ low: 0, high: 0 })).toEqual({ scale: 1, zeroPoint: 0 });
});

test('weights: each channel uses its whole range, on either axis', () => {
  const rows = quantiseWeights(float32([1, -2, 0.6, 0.25], [2, 2]), {
    axis: 0,
    bits: 8,
    least: noFloor(2),
  });
  expect(Array.from(rows.values.data)).toEqual([64, -127, 127, 53]);
  const columns = quantiseWeights(float32([1, -2, 0.6, 0.25], [2, 2]), {
    axis: 1,
    bits: 7,
    least: noFloor(2),
  });
  expect(Array.from(columns.values.data)).toEqual([64, -64, 38, 8]);
  expect(columns.isRaised).toBe(false);
});

test('a bias too large for its channel raises the scale until it fits 32 bits', () => {
  const input = { scale: 0.1, zeroPoint: 0 };
  const bias = Float32Array.of(1000, 0.5);
  const least = smallestScales(bias, input);
  const weights = quantiseWeights(float32([1e-9, 1], [2, 1]), { axis: 0, bits: 8, least });
  expect(weights.isRaised).toBe(true);
  const stored = quantiseBias(bias, input, weights.scales);
  const real = Array.from(stored.data, (b, i) => b * input.scale * weights.scales[i]!);
  expect(real[0]! / 1000).toBeCloseTo(1, 5);
  expect(real[1]! / 0.5).toBeCloseTo(1, 2);
});
