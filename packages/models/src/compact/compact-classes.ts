/** @file The classes of the compact model: those that its locator finds and those that its refiner tells apart. */
import type { CellClass } from '@leukoscope/core';

/** Classes of the refiner, in the order of its logits. */
export const refinerClasses = [
  'segmented-neutrophil',
  'band-neutrophil',
  'metamyelocyte',
  'myelocyte',
  'promyelocyte',
  'blast',
  'basophil',
  'eosinophil',
  'lymphocyte',
  'monocyte',
  'erythroblast',
  'platelet',
  'erythrocyte',
  'smudge-cell',
  'artefact',
] as const satisfies readonly CellClass[];

/** Classes of the locator, in the order of its heat maps. Erythroblasts are located as leukocytes. */
export const locatorClasses = [
  'leukocyte',
  'erythrocyte',
  'platelet',
] as const satisfies readonly CellClass[];

/** How many refiner classes, from the first, have a nucleus: the locator calls all of them leukocytes. */
export const nucleatedClasses = refinerClasses.indexOf('erythroblast') + 1;
