/**
 * @file Found cells -> differential: counts, shares with exact limits, ranges, per 100 leukocytes.
 *
 * n = typed leukocytes. share = count / n with Clopper-Pearson limits (for a differential: Ruemke's).
 * Cells that the model is not sure of are "unidentified": told, and left out of n. Erythroblasts and
 * smudge cells are no leukocytes: they are given per 100 of them. With k such cells beside n leukocytes
 * p = k / (k + n) has exact limits, and 100 p / (1 - p) carries them over.
 */
import {
  type CellClass,
  cellClasses,
  clopperPearson,
  coarsen,
  type Finding,
  type Interval,
  isLeukocyte,
  LeukoscopeError,
  reportClass,
  type TypeDepth,
} from '@leukoscope/core';
import { type ReferenceRange, type ReferenceRanges, referenceRanges } from './reference-ranges.ts';

/** What a differential needs to know of a cell. */
export type CountedCell = Pick<Finding, 'cellClass' | 'isUnsure' | 'isIncomplete'>;

/** A value and where it lies in a reference range. */
export interface RangeCheck {
  readonly range: ReferenceRange;
  readonly position: 'below' | 'within' | 'above';
  /** Whether the 95 % limits lie wholly on that side. */
  readonly isCertain: boolean;
}

/** One kind of leukocyte. */
export interface DifferentialRow {
  readonly cellClass: CellClass;
  readonly name: string;
  readonly count: number;
  /** 0..1; null where nothing was counted. */
  readonly share: number | null;
  readonly limits: Interval | null;
  readonly check: RangeCheck | null;
  /** Cells per microlitre: share x WBC; null without a WBC. */
  readonly perMicrolitre: (Interval & { readonly value: number }) | null;
  readonly absoluteCheck: RangeCheck | null;
}

/** A kind of cell that is no leukocyte. */
export interface AccompanyingRow {
  readonly cellClass: CellClass;
  readonly name: string;
  readonly count: number;
  /** Per 100 typed leukocytes; null where there is none, and for red cells and platelets. */
  readonly per100: number | null;
  readonly limits: Interval | null;
}

/** A differential. */
export interface Differential {
  readonly depth: TypeDepth;
  /** Typed leukocytes, the 100 % of the shares. */
  readonly total: number;
  /** Leukocytes whose type is not sure; not in `total`. */
  readonly unidentified: number;
  /** Cells among `total` that the border of an image cuts. */
  readonly incomplete: number;
  /** Cells that the differential asks for. */
  readonly target: number;
  readonly rows: readonly DifferentialRow[];
  readonly accompanying: readonly AccompanyingRow[];
  /** Name of the reference ranges. */
  readonly ranges: string;
  /** Leukocytes per microlitre, where it was given. */
  readonly wbcPerMicrolitre: number | null;
}

/** Options of `differential`. */
export interface DifferentialOptions {
  /** @default 'fine' */
  readonly depth?: TypeDepth;
  /** Leukocytes to count: 100, 200, 400 or 500. @default 100 */
  readonly target?: 100 | 200 | 400 | 500;
  /** Classes that get a row even when none was seen. @default none */
  readonly classes?: readonly CellClass[];
  /** @default those of ARUP */
  readonly ranges?: ReferenceRanges;
  /** Leukocytes per microlitre of blood, from the counter, corrected for erythroblasts. */
  readonly wbcPerMicrolitre?: number | undefined;
  /** Confidence of all limits. @default 0.95 */
  readonly confidence?: number;
}

const defaultRanges: ReferenceRanges = referenceRanges.arup;

const reportOrder: ReadonlyMap<string, number> = new Map(
  Object.keys(cellClasses).map((cellClass, i) => [cellClass, i]),
);

/** Count the cells of one case. */
export function differential(
  cells: readonly CountedCell[],
  options: DifferentialOptions = {},
): Differential {
  const {
    depth = 'fine',
    target = 100,
    classes = [],
    ranges = defaultRanges,
    wbcPerMicrolitre,
    confidence = 0.95,
  } = options;
  if (wbcPerMicrolitre !== undefined && !(wbcPerMicrolitre > 0 && wbcPerMicrolitre < 5e6)) {
    throw new LeukoscopeError(
      'DIFFERENTIAL_WBC',
      `wbcPerMicrolitre must be above 0 and below 5,000,000. Received ${wbcPerMicrolitre}. Give cells per microlitre: 7.2 x 10^9/L is 7200.`,
    );
  }
  const counts = new Map<CellClass, number>();
  for (const cellClass of classes) counts.set(reportClass(cellClass, depth), 0);
  let unidentified = 0;
  let total = 0;
  let incomplete = 0;
  for (const cell of cells) {
    const leukocyte = isLeukocyte(cell.cellClass);
    if (leukocyte && cell.isUnsure) {
      unidentified++;
      continue;
    }
    const row = reportClass(cell.cellClass, depth);
    counts.set(row, (counts.get(row) ?? 0) + 1);
    if (!leukocyte) continue;
    total++;
    if (cell.isIncomplete) incomplete++;
  }
  const limitsOf = (count: number) =>
    total === 0 ? null : clopperPearson(count, total, { confidence });
  const inOrder = [...counts].sort((a, b) => reportOrder.get(a[0])! - reportOrder.get(b[0])!);
  const rows: DifferentialRow[] = [];
  const accompanying: AccompanyingRow[] = [];
  for (const [cellClass, count] of inOrder) {
    const { name } = cellClasses[cellClass];
    if (!isLeukocyte(cellClass)) {
      const isCommon = cellClass === 'erythrocyte' || cellClass === 'platelet';
      const ratio = per100(count, isCommon ? 0 : total, confidence);
      accompanying.push({ cellClass, name, count, ...ratio });
      continue;
    }
    const share = total === 0 ? null : count / total;
    const limits = limitsOf(count);
    const scaled = (factor: number) =>
      limits === null || share === null
        ? null
        : { value: share * factor, low: limits.low * factor, high: limits.high * factor };
    const perMicrolitre = wbcPerMicrolitre === undefined ? null : scaled(wbcPerMicrolitre);
    rows.push({
      cellClass,
      // A bare "leukocyte" is one whose kind nobody said.
      name: cellClass === 'leukocyte' ? 'Leukocyte, not typed' : name,
      count,
      share,
      limits,
      check: checkRange(scaled(100), ranges.percent[cellClass]),
      perMicrolitre,
      absoluteCheck: checkRange(perMicrolitre, ranges.perMicrolitre[cellClass]),
    });
  }
  return {
    depth,
    total,
    unidentified,
    incomplete,
    target,
    rows,
    accompanying,
    ranges: ranges.name,
    wbcPerMicrolitre: wbcPerMicrolitre ?? null,
  };
}

/** Return how many leukocytes are typed as one of the classes or a kind of them. */
export function countOf(table: Differential, classes: readonly CellClass[]): number {
  let count = 0;
  for (const { cellClass, count: own } of [...table.rows, ...table.accompanying]) {
    if (coarsen(cellClass, classes) !== undefined) count += own;
  }
  return count;
}

function per100(count: number, total: number, confidence: number) {
  if (total === 0) return { per100: null, limits: null };
  const { low, high } = clopperPearson(count, count + total, { confidence });
  const ratio = (p: number) => (100 * p) / (1 - p);
  return { per100: (100 * count) / total, limits: { low: ratio(low), high: ratio(high) } };
}

function checkRange(
  measured: (Interval & { readonly value: number }) | null,
  range: ReferenceRange | undefined,
): RangeCheck | null {
  if (measured === null || range === undefined) return null;
  const { value, low, high } = measured;
  if (value < range.low) return { range, position: 'below', isCertain: high < range.low };
  if (value > range.high) return { range, position: 'above', isCertain: low > range.high };
  return { range, position: 'within', isCertain: low >= range.low && high <= range.high };
}
