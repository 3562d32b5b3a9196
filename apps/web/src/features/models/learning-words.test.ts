import { expect, test } from 'vitest';
import { comparisonWords, modelIdFrom } from './learning-words.ts';

const counted = (right: number) => ({ right, cells: 40, share: right / 40, low: 0, high: 1 });

test('a comparison is one sentence with both counts and how likely chance alone is', () => {
  const of = { cells: 40, gained: 10, lost: 1, byType: [], confusion: [] };
  const both = { parent: counted(20), candidate: counted(29) };
  expect(comparisonWords({ ...of, ...both, pValue: 0.0117 })).toBe(
    'Of 40 cells the parent calls 20 right (50.0 %), the candidate 29 (72.5 %): 10 won, 1 lost, p = 0.012.',
  );
  expect(comparisonWords({ ...of, ...both, pValue: 1e-6 })).toContain('p below 0.001');
});

test('a name becomes an id that addresses can hold', () => {
  expect(modelIdFrom('Our stain, März 2026!')).toBe('our-stain-ma-rz-2026');
  expect(modelIdFrom('  ')).toBe('');
});
