/** @file Which kinds of cell a model tells apart when nobody says: those that its data name. */
import { type CellClass, cellClasses, isCellClass, lineageOf } from '@leukoscope/core';
import { dataFault, type OpenedSet } from './opened-set.ts';

/** Cells by kind, as the sets name them. */
export function countKinds(sets: readonly OpenedSet[]): Map<CellClass, number> {
  const counts = new Map<CellClass, number>();
  for (const { dataset } of sets) {
    for (const { annotations } of dataset.images) {
      for (const { classIndex } of annotations) {
        const kind = classIndex === undefined ? undefined : dataset.classes[classIndex]!.cellClass;
        if (kind !== undefined) counts.set(kind, (counts.get(kind) ?? 0) + 1);
      }
    }
  }
  return counts;
}

/**
 * The kinds of the data in the order of reports. A kind of which finer ones are there too is no class of its
 * own: a leukocyte without a type is one of them, nobody knows which.
 */
export function chooseClasses(sets: readonly OpenedSet[]): CellClass[] {
  const found = [...countKinds(sets).keys()];
  const finest = found.filter(
    (kind) => !found.some((other) => other !== kind && lineageOf(other).includes(kind)),
  );
  if (finest.length === 0) {
    const names = [
      ...new Set(sets.flatMap(({ dataset }) => dataset.classes.map(({ name }) => name))),
    ];
    throw dataFault(
      'the data must name kinds of cell that are known',
      names.length === 0 ? 'no classes' : `the classes ${names.join(', ')}`,
      'Say in the recipe what they mean: "classes": { "their name": "lymphocyte" }.',
    );
  }
  return Object.keys(cellClasses)
    .filter(isCellClass)
    .filter((kind) => finest.includes(kind));
}
