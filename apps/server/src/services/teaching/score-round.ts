/** @file Answers beside what was signed: how many are the same, kappa, and each type. */
import type { Bin, TeachingResult } from '@leukoscope/contract';
import { type CellClass, cellClasses, clopperPearson, isCellClass } from '@leukoscope/core';
import { kappaOfPairs } from '../kappa-of-pairs.ts';

/** A cell that was answered. */
export interface AnsweredCell {
  readonly signed: Bin;
  readonly answer: CellClass;
}

/** Score a round of which every cell is answered. */
export function scoreRound(cells: readonly AnsweredCell[]): TeachingResult {
  const same = cells.filter(({ signed, answer }) => signed === answer).length;
  const names = [...new Set(cells.flatMap(({ signed, answer }) => [signed, answer]))];
  const types = Object.keys(cellClasses)
    .filter(isCellClass)
    .filter((one) => names.includes(one));
  return {
    cells: cells.length,
    same,
    ...clopperPearson(same, cells.length),
    kappa: kappaOfPairs(cells.map(({ signed, answer }) => [signed, answer])),
    types: types.map((cellClass) => ({
      cellClass,
      name: cellClasses[cellClass].name,
      signed: cells.filter(({ signed }) => signed === cellClass).length,
      answered: cells.filter(({ answer }) => answer === cellClass).length,
      same: cells.filter(({ signed, answer }) => signed === cellClass && answer === cellClass)
        .length,
    })),
  };
}
