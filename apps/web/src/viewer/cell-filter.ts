/** @file Which cells of a field are shown, in outlines and list alike, and in which order. */
import type { Bin, Cell } from '@leukoscope/contract';
import { isUnseen } from '../state/unseen-cells.ts';
import { isUnsure } from '../state/unsure-cells.ts';

/** What a cell can be flagged with. */
export const cellFlags = [
  'unsure',
  'unseen',
  'unidentified',
  'unexpected',
  'corrected',
  'added',
  'incomplete',
] as const;

/** What a cell can be flagged with. */
export type CellFlag = (typeof cellFlags)[number];

/** The flags' names for people. */
export const flagNames: Readonly<Record<CellFlag, string>> = {
  unsure: 'Unsure',
  unseen: 'Not seen yet',
  unidentified: 'Unidentified',
  unexpected: 'Kind not expected',
  corrected: 'Type corrected',
  added: 'Added by a person',
  incomplete: 'Cut by the border',
};

/** Which cells are shown. */
export interface CellFilter {
  /** Only cells whose score is at most this; 1 shows all, also those without a score. */
  readonly mostScore: number;
  /** Only cells with at least one of these; none shows all. */
  readonly flags: readonly CellFlag[];
  /** Only this bin; null shows all. */
  readonly bin: Bin | null;
}

/** Shows every cell. */
export const everyCell: CellFilter = { mostScore: 1, flags: [], bin: null };

/** Return what a cell is flagged with. */
export function flagsOf(cell: Cell): CellFlag[] {
  const has: Readonly<Record<CellFlag, boolean>> = {
    unsure: isUnsure(cell),
    unseen: isUnseen(cell),
    unidentified: cell.bin === 'unidentified',
    unexpected: cell.model?.unexpected !== undefined,
    corrected: cell.model !== null && cell.model.bin !== cell.bin,
    added: cell.origin === 'person',
    incomplete: cell.isIncomplete,
  };
  return cellFlags.filter((flag) => has[flag]);
}

/** Tell whether a filter hides nothing. */
export function isEveryCell({ mostScore, flags, bin }: CellFilter): boolean {
  return mostScore >= 1 && flags.length === 0 && bin === null;
}

/** Return the cells that a filter shows. A cell without a score was added by a person: certain. */
export function filterCells(cells: readonly Cell[], filter: CellFilter): readonly Cell[] {
  if (isEveryCell(filter)) return cells;
  return cells.filter((cell) => {
    if (filter.bin !== null && cell.bin !== filter.bin) return false;
    if (filter.mostScore < 1 && (cell.model?.score ?? 1) > filter.mostScore) return false;
    return filter.flags.length === 0 || flagsOf(cell).some((flag) => filter.flags.includes(flag));
  });
}

/** Return the cells of a field as one reads: in rows from the top, from left to right. */
export function cellsOfField(cells: Iterable<Cell>, fieldId: string): Cell[] {
  const own = [...cells].filter((cell) => cell.fieldId === fieldId);
  // A row is as high as a usual cell; without rows the eye would jump from side to side.
  const heights = own.map(({ box }) => box.y2 - box.y1).sort((a, b) => a - b);
  const row = Math.max(1, heights[heights.length >> 1] ?? 1);
  const place = ({ box }: Cell) => ({
    row: Math.floor((box.y1 + box.y2) / 2 / row),
    x: (box.x1 + box.x2) / 2,
  });
  return own
    .map((cell) => ({ cell, ...place(cell) }))
    .sort((a, b) => a.row - b.row || a.x - b.x || (a.cell.id < b.cell.id ? -1 : 1))
    .map(({ cell }) => cell);
}

/** Return the next cell for which `isWanted` holds, after (or before) the given one and round the end. */
export function nextCell(
  cells: readonly Cell[],
  currentId: string | undefined,
  isWanted: (cell: Cell) => boolean,
  step: 1 | -1 = 1,
): Cell | undefined {
  const here = cells.findIndex(({ id }) => id === currentId);
  const start = here < 0 && step < 0 ? 0 : here;
  for (let i = 1; i <= cells.length; i++) {
    const cell = cells[(start + step * i + 2 * cells.length) % cells.length]!;
    if (isWanted(cell)) return cell;
  }
  return undefined;
}
