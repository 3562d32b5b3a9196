import { expect, test } from 'vitest';
import { parseLeukocyteCount } from './parse-leukocyte-count.ts';

test('reads points and commas', () => {
  expect(parseLeukocyteCount(' 7.4 ')).toEqual({ count: 7.4 });
  expect(parseLeukocyteCount('12,05')).toEqual({ count: 12.05 });
  expect(parseLeukocyteCount('0')).toEqual({ count: 0 });
});

test('takes an empty text for an unknown count', () => {
  expect(parseLeukocyteCount('  ')).toEqual({ count: null });
});

test('refuses other texts and counts that no blood has', () => {
  for (const text of ['-1', '1e3', 'abc', '7.4.1', '2001']) {
    expect(parseLeukocyteCount(text).fault).toContain('from 0 to 2000');
  }
});
