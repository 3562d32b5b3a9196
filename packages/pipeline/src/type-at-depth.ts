/**
 * @file A finding's type, decided as finely as it will be told.
 *
 * P(row) = Σ p_k over the classes k that stand in one row of the table. Who cannot tell a band from a segmented
 * neutrophil may well be sure of a neutrophil, and the likeliest class need not lie in the likeliest row.
 */
import { type Finding, probabilityByRow, reportClass, type TypeDepth } from '@leukoscope/core';
import type { ModelFacts } from './model/leukocyte-model.ts';

/** Decide type and doubt again for a table of a depth; the type stays as fine as the model tells it. */
export function typeAtDepth<T extends Finding>(
  finding: T,
  { classes, unsureBelow }: Pick<ModelFacts, 'classes' | 'unsureBelow'>,
  depth: TypeDepth,
): T {
  const { probabilities } = finding;
  // As fine as the model says is what the model has decided itself.
  if (depth === 'fine' || probabilities === undefined) return finding;
  const rows = [...probabilityByRow(probabilities, classes, depth)];
  const [row, sum] = rows.reduce((a, b) => (b[1] > a[1] ? b : a));
  const classIndex = [...classes.keys()]
    .filter((k) => reportClass(classes[k]!, depth) === row)
    .reduce((a, b) => ((probabilities[b] ?? 0) > (probabilities[a] ?? 0) ? b : a));
  return {
    ...finding,
    classIndex,
    cellClass: classes[classIndex]!,
    isUnsure: unsureBelow === undefined ? finding.isUnsure : sum < unsureBelow,
  };
}
