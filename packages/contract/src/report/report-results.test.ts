import { expect, test } from 'vitest';
import type { Site } from '../site.ts';
import { isCountedPer100, loincOf, rangesOf } from './report-results.ts';

test('artefacts, red cells and platelets are no results; their nucleated and giant kinds are', () => {
  for (const cellClass of ['artefact', 'erythrocyte', 'platelet'] as const) {
    expect(isCountedPer100(cellClass)).toBe(false);
  }
  for (const cellClass of [
    'erythroblast',
    'pronormoblast',
    'giant-platelet',
    'smudge-cell',
  ] as const) {
    expect(isCountedPer100(cellClass)).toBe(true);
  }
});

test('codes of blood never go out for other specimens', () => {
  const row = { cellClass: 'monocyte', loinc: '26485-3', loincAbsolute: '26484-6' } as const;
  const site = { classes: [row] } as unknown as Pick<Site, 'classes'>;
  expect(loincOf(site, 'peripheral-blood', 'monocyte')).toEqual({
    share: '26485-3',
    absolute: '26484-6',
  });
  expect(loincOf(site, 'peripheral-blood', 'blast')).toEqual({ share: null, absolute: null });
  for (const specimen of ['bone-marrow', 'body-fluid', 'other'] as const) {
    expect(loincOf(site, specimen, 'monocyte')).toEqual({ share: null, absolute: null });
  }
});

test('ranges of blood judge no other specimen', () => {
  const ranges = { share: { low: 0, high: 0.09 }, absolute: { low: 0, high: 0.8 } };
  const site = { classes: [{ cellClass: 'monocyte', ...ranges }] } as unknown as Pick<
    Site,
    'classes'
  >;
  expect(rangesOf(site, 'peripheral-blood', 'monocyte')).toEqual(ranges);
  expect(rangesOf(site, 'peripheral-blood', 'blast')).toEqual({ share: null, absolute: null });
  for (const specimen of ['bone-marrow', 'body-fluid', 'other'] as const) {
    expect(rangesOf(site, specimen, 'monocyte')).toEqual({ share: null, absolute: null });
  }
});
