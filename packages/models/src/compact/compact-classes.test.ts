import { expect, test } from 'vitest';
import { allowedByLabel } from '../truth/class-truth.ts';
import { nucleatedClasses, refinerClasses } from './compact-classes.ts';

const named = (label: Parameters<typeof allowedByLabel>[0]) =>
  refinerClasses.filter((_, i) => allowedByLabel(label, refinerClasses)[i]);

test('a label of any fineness says which classes of the refiner it allows', () => {
  expect(named('eosinophil')).toEqual(['eosinophil']);
  expect(named('neutrophil')).toEqual(['segmented-neutrophil', 'band-neutrophil']);
  expect(named('polychromatic-normoblast')).toEqual(['erythroblast']);
  expect(named('myeloblast')).toEqual(['blast']);
  expect(named('plasma-cell')).toEqual([]);
});

test('all leukocytes and erythroblasts have a nucleus, and nothing else has', () => {
  const nucleated = refinerClasses.slice(0, nucleatedClasses);
  expect(nucleated).toEqual([...named('leukocyte'), 'erythroblast']);
});
