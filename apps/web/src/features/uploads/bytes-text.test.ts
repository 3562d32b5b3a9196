import { expect, test } from 'vitest';
import { bytesText } from './bytes-text.ts';

test('writes sizes with the precision people need', () => {
  expect([0, 512, 1499, 9949, 9950, 23_400_000, 1.2e9].map(bytesText)).toEqual([
    '0 B',
    '512 B',
    '1.5 kB',
    '9.9 kB',
    '10 kB',
    '23 MB',
    '1.2 GB',
  ]);
});
