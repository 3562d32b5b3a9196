import { expect, test } from 'vitest';
import { blurPlane } from './blur-plane.ts';

test('keeps an even plane even, up to its edges', () => {
  for (const value of blurPlane(new Float32Array(35).fill(7), 7, 5, 2))
    expect(value).toBeCloseTo(7, 4);
});

test('spreads a point as a Gaussian of the deviation asked for, keeping its sum', () => {
  const side = 41;
  const plane = new Float32Array(side * side);
  plane[20 * side + 20] = 1;
  const blurred = blurPlane(plane, side, side, 3);
  let sum = 0;
  let variance = 0;
  blurred.forEach((value, i) => {
    sum += value;
    variance += value * ((i % side) - 20) ** 2;
  });
  expect(sum).toBeCloseTo(1, 4);
  // The kernel ends at 2.5 deviations, which takes a tenth of the variance.
  expect(Math.sqrt(variance)).toBeGreaterThan(2.7);
  expect(Math.sqrt(variance)).toBeLessThan(3);
});

test('is the same along both axes, and a copy without blur', () => {
  const plane = Float32Array.from({ length: 81 }, (_, i) => (i === 40 ? 5 : 0));
  const blurred = blurPlane(plane, 9, 9, 1);
  expect(blurred[40 + 1]).toBeCloseTo(blurred[40 + 9]!, 6);
  const copy = blurPlane(plane, 9, 9, 0);
  expect(copy).toEqual(plane);
  expect(copy).not.toBe(plane);
});
