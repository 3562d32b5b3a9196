import { expect, test } from 'vitest';
import { editDistance, suggest } from './suggest.ts';

test('counts insertions, deletions, substitutions and swaps of neighbours', () => {
  expect(editDistance('stats', 'stats')).toBe(0);
  expect(editDistance('stat', 'stats')).toBe(1);
  expect(editDistance('sttas', 'stats')).toBe(1);
  expect(editDistance('', 'abc')).toBe(3);
  expect(editDistance('taxonmy', 'taxonomy')).toBe(1);
});

test('suggests the nearest word, and nothing when all are far', () => {
  expect(suggest('taxonmy', ['task', 'taxonomy', 'to'])).toBe('taxonomy');
  expect(suggest('dupl', ['merge', 'duplicates'])).toBe('duplicates');
  expect(suggest('xyzzy', ['merge', 'duplicates'])).toBeUndefined();
});
