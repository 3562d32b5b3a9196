import { expect, test } from 'vitest';
import { cellClasses, coarsen, isCellClass, lineageOf, parentOf } from './cell-class.ts';

test('every parent is a class of the tree', () => {
  for (const facts of Object.values(cellClasses)) {
    if ('parent' in facts) expect(isCellClass(facts.parent)).toBe(true);
  }
});

test('leads from fine to coarse', () => {
  expect(lineageOf('band-neutrophil')).toEqual(['band-neutrophil', 'neutrophil', 'leukocyte']);
  expect(parentOf('erythrocyte')).toBeUndefined();
});

test('coarsens into a taxonomy, and to nothing where the taxonomy has no place', () => {
  expect(coarsen('segmented-neutrophil', ['neutrophil', 'lymphocyte'])).toBe('neutrophil');
  expect(coarsen('platelet', ['neutrophil', 'lymphocyte'])).toBeUndefined();
});
