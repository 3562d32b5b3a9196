import { expect, test } from 'vitest';
import { intervalPlaces, placeOfShare } from './interval-scale.ts';

test('puts nothing at the left end, everything at the right, a quarter in the middle', () => {
  expect([0, 0.25, 1].map(placeOfShare)).toEqual([0, 50, 100]);
});

test('keeps what lies outside of 0..1 at the ends', () => {
  expect([-0.1, 1.2].map(placeOfShare)).toEqual([0, 100]);
});

test('keeps the order low, share, high', () => {
  const { low, share, high } = intervalPlaces({
    low: 0.398,
    share: 0.5,
    high: 0.602,
    reference: null,
  });
  expect(low).toBeLessThan(share);
  expect(share).toBeLessThan(high);
});

test('draws an open side of a reference range to the end of the axis', () => {
  const row = { share: 0, low: 0, high: 0.036 };
  expect(intervalPlaces({ ...row, reference: { low: null, high: 0.09 } }).reference).toEqual({
    from: 0,
    to: 100 * Math.sqrt(0.09),
  });
  expect(intervalPlaces({ ...row, reference: { low: 0.16, high: null } }).reference).toEqual({
    from: 40,
    to: 100,
  });
});
