/**
 * @file The truth of classifiers: which classes a picture's label allows, and how much it counts.
 *
 * A coarse label (neutrophil, where the model tells bands from segmented ones) allows several classes: the
 * loss then trains their sum. A label that names none of the classes, or no label, has weight 0. The first annotation
 * with a kind of cell is the picture's label; it counts as much as its own weight says.
 */
import { type CellClass, lineageOf } from '@leukoscope/core';
import { input, type Tensor } from '@leukoscope/nn';
import type { TruthSpec } from './truth-spec.ts';

/** In the graph. */
export interface ClassTruth {
  /** float32 [N, K]: 1 for classes that the label allows. */
  readonly allowed: Tensor;
  /** float32 [N]: how much the picture counts. */
  readonly weight: Tensor;
}

/** Tell which of a model's classes a label allows: its own or the next coarser one, or all finer ones. */
export function allowedByLabel(label: CellClass, classes: readonly CellClass[]): boolean[] {
  const lineage = lineageOf(label);
  const own = lineage.find((coarser) => classes.includes(coarser));
  return classes.map((c) => (own === undefined ? lineageOf(c).includes(label) : c === own));
}

/** The truth spec of classifiers. */
export function classTruth(classes: readonly CellClass[]): TruthSpec<ClassTruth> {
  const K = classes.length;
  return {
    inputs: ({ count: N }) => ({
      allowed: input('class_allowed', [N, K]),
      weight: input('class_weight', [N]),
    }),
    collate(samples, { count: N }) {
      const allowed = new Float32Array(N * K);
      const weight = new Float32Array(N);
      samples.forEach(({ annotations }, n) => {
        const labelled = annotations.find(({ cellClass }) => cellClass !== undefined);
        if (labelled?.cellClass === undefined) return;
        const own = labelled.weight ?? 1;
        allowedByLabel(labelled.cellClass, classes).forEach((isAllowed, k) => {
          if (!isAllowed) return;
          allowed[n * K + k] = 1;
          weight[n] = own;
        });
      });
      return {
        class_allowed: { dtype: 'float32', shape: [N, K], data: allowed },
        class_weight: { dtype: 'float32', shape: [N], data: weight },
      };
    },
  };
}
