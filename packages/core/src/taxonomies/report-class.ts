/**
 * @file Which row of a table a cell belongs to: five types, eleven types, or as fine as the model says.
 *
 * A class below the table's own is counted with it (a band neutrophil is a neutrophil among five types).
 * A leukocyte that the table does not know keeps a row of its own, as coarse as the tree allows, so that
 * no cell ever disappears: all three tables have the same total.
 */
import { type CellClass, coarsen, lineageOf } from '../cell-class.ts';
import { taxonomies } from './taxonomies.ts';

/** How fine a table is. */
export type TypeDepth = 'five' | 'eleven' | 'fine';

/** All depths, coarsest first. */
export const typeDepths = ['five', 'eleven', 'fine'] as const satisfies readonly TypeDepth[];

/** Tell whether a class is a kind of leukocyte: what a differential counts. */
export function isLeukocyte(cellClass: CellClass): boolean {
  return lineageOf(cellClass).includes('leukocyte');
}

/** Return the class under which a cell stands in a table. */
export function reportClass(cellClass: CellClass, depth: TypeDepth): CellClass {
  if (depth === 'fine') return cellClass;
  const known = coarsen(cellClass, taxonomies[depth].classes);
  if (known !== undefined) return known;
  const lineage = lineageOf(cellClass);
  const top = lineage.at(-1)!;
  if (top !== 'leukocyte') return top;
  // The class right below "leukocyte": immature granulocyte, blast, plasma cell, ...
  return lineage.at(-2) ?? top;
}

/** Sum the probabilities of classes by the row of a table in which they stand, in the order of the classes. */
export function probabilityByRow(
  probabilities: readonly number[],
  classes: readonly CellClass[],
  depth: TypeDepth,
): Map<CellClass, number> {
  const sums = new Map<CellClass, number>();
  for (const [k, cellClass] of classes.entries()) {
    const row = reportClass(cellClass, depth);
    sums.set(row, (sums.get(row) ?? 0) + (probabilities[k] ?? 0));
  }
  return sums;
}
