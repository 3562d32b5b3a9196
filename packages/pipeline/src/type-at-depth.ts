/**
 * @file A finding's type, decided as finely as it will be told.
 *
 * P(row) = Σ p_k over the classes k that stand in one row of the table. Who cannot tell a band from a segmented
 * neutrophil may well be sure of a neutrophil, and the likeliest class need not lie in the likeliest row.
 */
import { type CellClass, type Finding, reportClass, type TypeDepth } from '@leukoscope/core';
import type { ModelFacts } from './model/leukocyte-model.ts';

/** Decide type and doubt again for a table of a depth; the type stays as fine as the model tells it. */
export function typeAtDepth(
  finding: Finding,
  { classes, unsureBelow }: Pick<ModelFacts, 'classes' | 'unsureBelow'>,
  depth: TypeDepth,
): Finding {
  const { probabilities } = finding;
  // As fine as the model says is what the model has decided itself.
  if (depth === 'fine' || probabilities === undefined) return finding;
  const rows = new Map<CellClass, { sum: number; classIndex: number }>();
  for (const [k, cellClass] of classes.entries()) {
    const p = probabilities[k] ?? 0;
    const row = reportClass(cellClass, depth);
    const { sum, classIndex } = rows.get(row) ?? { sum: 0, classIndex: k };
    const likeliest = p > (probabilities[classIndex] ?? 0) ? k : classIndex;
    rows.set(row, { sum: sum + p, classIndex: likeliest });
  }
  const best = [...rows.values()].reduce((a, b) => (b.sum > a.sum ? b : a));
  return {
    ...finding,
    classIndex: best.classIndex,
    cellClass: classes[best.classIndex]!,
    isUnsure: unsureBelow === undefined ? finding.isUnsure : best.sum < unsureBelow,
  };
}
