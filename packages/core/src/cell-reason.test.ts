import { expect, test } from 'vitest';
import { attributeNames, attributeValues, attributeWords } from './cell-attributes.ts';
import { nucleusToCytoplasm, ratioText, reasonWords } from './cell-reason.ts';

test('says nucleus, granules and N:C in one line', () => {
  const words = reasonWords({
    nucleus: { lobes: 3, share: 0.45 / 1.45 },
    attributes: [
      { name: 'nucleus-shape', value: 'multilobed', probability: 0.9 },
      { name: 'granule-type', value: 'small', probability: 0.8 },
      { name: 'granule-colour', value: 'pink', probability: 0.7 },
      { name: 'granularity', value: 'yes', probability: 1 },
      { name: 'vacuoles', value: 'no', probability: 0.9 },
    ],
  });
  expect(words).toBe('nucleus segmented, 3 lobes; fine pink granules; N:C .45');
});

test('leaves out what is not likely, and says what the picture alone tells', () => {
  const unlikely = { name: 'chromatin', value: 'loose', probability: 0.55 } as const;
  expect(reasonWords({ nucleus: { lobes: 2, share: 0.5 }, attributes: [unlikely] })).toBe(
    'nucleus, 2 lobes; N:C 1',
  );
  expect(reasonWords({ nucleus: { lobes: 1, share: 1 } })).toBe(
    'nucleus of one part; no cytoplasm',
  );
  expect(reasonWords({})).toBe('');
});

test('a band with a narrow place has no lobes', () => {
  const attributes = [{ name: 'nucleus-shape', value: 'band', probability: 0.9 }] as const;
  expect(reasonWords({ nucleus: { lobes: 2, share: 0.25 }, attributes })).toBe(
    'nucleus a band; N:C .33',
  );
});

test('says granules once, by the most that is known', () => {
  const none = [
    { name: 'granule-type', value: 'none', probability: 0.9 },
    { name: 'granule-colour', value: 'none', probability: 0.9 },
    { name: 'granularity', value: 'no', probability: 0.9 },
  ] as const;
  expect(reasonWords({ attributes: none })).toBe('no granules');
  const red = [{ name: 'granule-colour', value: 'red', probability: 0.9 }] as const;
  expect(reasonWords({ attributes: red })).toBe('red granules');
});

test('every value of every attribute has words', () => {
  for (const name of attributeNames)
    for (const value of attributeValues[name])
      expect(attributeWords({ name, value })).toMatch(/ |^vacuoles$|^granules$/);
  expect(attributeWords({ name: 'chromatin', value: 'new' })).toBe('new');
});

test('N:C is nucleus over cytoplasm', () => {
  expect(nucleusToCytoplasm(0.75)).toBe(3);
  expect(nucleusToCytoplasm(1)).toBe(Number.POSITIVE_INFINITY);
  expect([0.4512, 1.84, 12.3, 0.05].map(ratioText)).toEqual(['.45', '1.8', '12', '.05']);
});
