/** @file Kinds of cell that have a nucleus. */
import { type CellClass, isLeukocyte, lineageOf } from '@leukoscope/core';

/** Tell whether whole cells of a kind have a nucleus. */
export function isNucleated(cellClass: CellClass): boolean {
  return isLeukocyte(cellClass) || lineageOf(cellClass).includes('erythroblast');
}
