import { expect, test } from 'vitest';
import { allowedClasses, nucleatedClasses, refinerClasses } from './compact-classes.ts';

const named = (allowed: Float32Array) => refinerClasses.filter((_, i) => allowed[i] === 1);

test('a fine label allows its own class alone', () => {
  expect(named(allowedClasses('eosinophil'))).toEqual(['eosinophil']);
});

test('a coarse label allows every class below it', () => {
  expect(named(allowedClasses('neutrophil'))).toEqual(['segmented-neutrophil', 'band-neutrophil']);
  expect(named(allowedClasses('immature-granulocyte'))).toEqual([
    'metamyelocyte',
    'myelocyte',
    'promyelocyte',
  ]);
});

test('a label finer than the classes allows the class above it', () => {
  expect(named(allowedClasses('polychromatic-normoblast'))).toEqual(['erythroblast']);
  expect(named(allowedClasses('myeloblast'))).toEqual(['blast']);
  expect(named(allowedClasses('giant-platelet'))).toEqual(['platelet']);
});

test('nucleated and not nucleated share all classes between them', () => {
  const nucleated = allowedClasses('nucleated');
  const others = allowedClasses('not-nucleated');
  refinerClasses.forEach((_, i) => {
    expect(nucleated[i]! + others[i]!).toBe(1);
    expect(nucleated[i]).toBe(i < nucleatedClasses ? 1 : 0);
  });
});

test('a class without a counterpart is refused', () => {
  expect(() => allowedClasses('plasma-cell')).toThrow(
    "a cell's class must have a counterpart in the refiner. Received plasma-cell.",
  );
});
