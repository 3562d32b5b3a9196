/** @file Bins as people read them, in the order of tables; screens and reports use these names and no others. */
import { type CellClass, cellClasses, isCellClass } from '@leukoscope/core';
import { type Bin, binsWithoutReview } from './cell.ts';

/** Classes in the order of reports. */
export const classOrder: readonly CellClass[] = Object.keys(cellClasses).filter(isCellClass);

/** Bins in the order of tables: the classes, then what is no class. */
export const tableOrder: readonly Bin[] = [...classOrder, 'unidentified', 'not-classed'];

/** The bin's name for people. */
export function binName(bin: Bin): string {
  if (bin === 'unidentified') return 'Unidentified';
  if (bin === 'not-classed') return 'Not classed';
  return cellClasses[bin].name;
}

const withoutReview: ReadonlySet<Bin> = new Set<Bin>(binsWithoutReview);

/** Tell whether cells of the bin must be seen before signing; ordinary red cells and platelets need not be. */
export function needsReview(bin: Bin): boolean {
  return !withoutReview.has(bin);
}
