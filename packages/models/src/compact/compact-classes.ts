/**
 * @file The classes of the compact model, and what a label of any fineness says about them.
 *
 * The refiner's softmax is over the finest classes. A coarser label ("neutrophil", "a leukocyte", "not a
 * leukocyte") names a set of them; the loss asks that their probabilities sum to 1.
 */
import { type CellClass, LeukoscopeError, lineageOf } from '@leukoscope/core';

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

/** What is known of a cell: its class, or only on which side of the locator's border it lies. */
export type CellKnowledge = CellClass | 'nucleated' | 'not-nucleated';

/** Return one number per refiner class: 1 where the knowledge allows it, else 0. */
export function allowedClasses(knowledge: CellKnowledge): Float32Array {
  const allowed = Float32Array.from(refinerClasses, (leaf, i) => {
    if (knowledge === 'nucleated') return i < nucleatedClasses ? 1 : 0;
    if (knowledge === 'not-nucleated') return i < nucleatedClasses ? 0 : 1;
    // The leaf is a kind of what is known, or what is known is a kind of the leaf (a normoblast).
    return isKindOf(leaf, knowledge) || isKindOf(knowledge, leaf) ? 1 : 0;
  });
  if (!allowed.includes(1)) {
    throw new LeukoscopeError(
      'MODEL_CLASS',
      `a cell's class must have a counterpart in the refiner. Received ${knowledge}.`,
    );
  }
  return allowed;
}

function isKindOf(fine: CellClass, coarse: CellClass): boolean {
  return lineageOf(fine).includes(coarse);
}
