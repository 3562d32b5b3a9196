/** @file Labels that one slide alone bears: they can be learnt, but no other slide can say how well. */
import { type CellClass, cellClasses } from '@leukoscope/core';
import { areCompatible } from './label-doubts.ts';

/** Return the labels whose cells, with those of finer and coarser labels, all lie on one slide. */
export function loneLabels(
  cells: readonly { readonly label: CellClass; readonly group: string }[],
): ReadonlySet<CellClass> {
  const groupsOf = new Map<CellClass, Set<string>>();
  for (const { label, group } of cells)
    groupsOf.set(label, (groupsOf.get(label) ?? new Set()).add(group));
  const labels = [...groupsOf.keys()];
  return new Set(
    labels.filter((label) => {
      const akin = labels.filter((other) => areCompatible(label, other));
      return new Set(akin.flatMap((other) => [...groupsOf.get(other)!])).size === 1;
    }),
  );
}

/** Say so. */
export function loneLabelsText(labels: readonly CellClass[]): string {
  const names = labels.map((label) => cellClasses[label].name).join(', ');
  return `Named on one slide only, so learnt but measured on no other: ${names}.`;
}
