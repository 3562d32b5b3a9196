import { expect, test } from 'vitest';
import { compareTensors } from './harness/close-to-tensor.ts';

const matrix = (data: number[]) => ({ shape: [2, 2], data });

test('accepts what lies within atol + rtol |expected|', () => {
  const expected = matrix([1000, 0, -1, 2]);
  expect(matrix([1000.009, 1e-6, -1, 2])).toBeCloseToTensor(expected);
  expect(matrix([1000.02, 0, -1, 2])).not.toBeCloseToTensor(expected);
  expect(matrix([1000, 2e-6, -1, 2])).not.toBeCloseToTensor(expected);
  expect(matrix([1000, 2e-6, -1, 2])).toBeCloseToTensor(expected, { atol: 1e-5 });
});

test('names the worst element and how far off it is', () => {
  const { message } = compareTensors(matrix([1, 2, 3.5, 4]), matrix([1, 2.25, 3, 4]), {
    rtol: 0.1,
  });
  expect(message).toMatchInlineSnapshot(
    `"2 of 4 elements differ by more than 0.000001 + 0.1 |expected|. Worst at [1, 0]: expected 3, received 3.5 (difference 0.5). Largest difference 0.5."`,
  );
});

test('accepts NaN and infinity only where they are expected', () => {
  const odd = [Number.NaN, Number.POSITIVE_INFINITY, 0, 1];
  expect(matrix(odd)).toBeCloseToTensor(matrix(odd));
  expect(matrix([0, 0, 0, 1])).not.toBeCloseToTensor(matrix(odd));
  expect(matrix([Number.NaN, 0, 0, 1])).not.toBeCloseToTensor(matrix([0, 0, 0, 1]));
});

test('refuses other shapes, and data that do not fill them', () => {
  expect(compareTensors({ shape: [4], data: [1, 2, 3, 4] }, matrix([1, 2, 3, 4])).message).toBe(
    'shape must be [2, 2]. Received [4].',
  );
  expect(compareTensors(matrix([1, 2, 3]), matrix([1, 2, 3, 4])).isClose).toBe(false);
});
