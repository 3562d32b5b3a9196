/** @file The order of the cells in the gallery: which one comes next, above, below, between. */
import type { Cell } from '@leukoscope/contract';
import type { CellGroup } from './gallery-cells.ts';
import { isUnseen } from './unseen-cells.ts';

/** Answers about the order in which cells are shown. Unknown ids stand before the first cell. */
export interface CellOrder {
  readonly cells: readonly Cell[];
  groupOf(id: string | null): CellGroup | undefined;
  /** The next unseen cell of the group, first after, then before this one; else of the groups after it. */
  nextUnseen(id: string | null, without: readonly string[]): string | null;
  /** The next `count` unseen cells after this one, over all groups. */
  unseenAfter(id: string | null, count: number): string[];
  /** The next cell of a kind, going round. */
  next(id: string | null, isKind: (cell: Cell) => boolean): string | null;
  /** The cell that takes this one's place when it goes away. */
  neighbour(id: string | null, without: readonly string[]): string | null;
  step(
    id: string | null,
    to: 'left' | 'right' | 'up' | 'down' | 'first' | 'last',
    columns: number,
  ): string | null;
  between(from: string, to: string): string[];
  /** The last of these. */
  last(ids: readonly string[]): string | null;
}

/** Take the order from the groups. */
export function orderOf(groups: readonly CellGroup[]): CellOrder {
  const cells = groups.flatMap((group) => group.cells);
  const places = new Map(cells.map(({ id }, place) => [id, place]));
  const starts: number[] = [];
  let start = 0;
  for (const group of groups) {
    starts.push(start);
    start += group.cells.length;
  }
  const placeOf = (id: string | null) => (id === null ? -1 : (places.get(id) ?? -1));
  const groupAt = (place: number) => starts.findLastIndex((first) => first <= place);
  const idAt = (place: number) => cells[place]?.id ?? null;

  const step: CellOrder['step'] = (id, to, columns) => {
    const place = placeOf(id);
    if (place < 0) return idAt(0);
    const here = groupAt(place);
    const count = (group: number) => groups[group]?.cells.length ?? 0;
    const first = starts[here]!;
    const inGroup = place - first;
    switch (to) {
      case 'left':
        return idAt(Math.max(0, place - 1));
      case 'right':
        return idAt(Math.min(cells.length - 1, place + 1));
      case 'first':
        return idAt(first);
      case 'last':
        return idAt(first + count(here) - 1);
      case 'down': {
        const lastRow = Math.floor((count(here) - 1) / columns);
        if (Math.floor(inGroup / columns) < lastRow)
          return idAt(first + Math.min(inGroup + columns, count(here) - 1));
        if (here === groups.length - 1) return idAt(place);
        return idAt(starts[here + 1]! + Math.min(inGroup % columns, count(here + 1) - 1));
      }
      case 'up': {
        if (inGroup >= columns) return idAt(place - columns);
        if (here === 0) return idAt(place);
        const above = count(here - 1);
        const lastRow = Math.floor((above - 1) / columns) * columns;
        return idAt(starts[here - 1]! + Math.min(lastRow + (inGroup % columns), above - 1));
      }
    }
  };

  return {
    cells,
    step,
    groupOf: (id) => groups[groupAt(placeOf(id))],
    nextUnseen(id, without) {
      const place = placeOf(id);
      const gone = new Set(without);
      const isNext = (cell: Cell) => isUnseen(cell) && !gone.has(cell.id);
      const here = Math.max(0, groupAt(place));
      const first = starts[here] ?? 0;
      const end = starts[here + 1] ?? cells.length;
      const found =
        findFrom(cells, place + 1, end, isNext) ??
        findFrom(cells, first, place, isNext) ??
        findFrom(cells, end, cells.length, isNext) ??
        findFrom(cells, 0, first, isNext);
      return found?.id ?? null;
    },
    unseenAfter(id, count) {
      const ids: string[] = [];
      for (let i = placeOf(id) + 1; i < cells.length && ids.length < count; i++) {
        if (isUnseen(cells[i]!)) ids.push(cells[i]!.id);
      }
      return ids;
    },
    next(id, isKind) {
      const place = placeOf(id);
      const found =
        findFrom(cells, place + 1, cells.length, isKind) ?? findFrom(cells, 0, place, isKind);
      return found?.id ?? null;
    },
    neighbour(id, without) {
      const place = placeOf(id);
      const gone = new Set(without);
      const isLeft = (cell: Cell) => !gone.has(cell.id);
      const here = groupAt(place);
      if (here < 0) return null;
      const after = findFrom(cells, place + 1, starts[here + 1] ?? cells.length, isLeft);
      return (after ?? cells.slice(starts[here], Math.max(0, place)).findLast(isLeft))?.id ?? null;
    },
    between(from, to) {
      const [a, b] = [placeOf(from), placeOf(to)].sort((x, y) => x - y);
      return cells.slice(Math.max(0, a!), b! + 1).map(({ id }) => id);
    },
    last(ids) {
      return idAt(ids.reduce((last, id) => Math.max(last, placeOf(id)), -1));
    },
  };
}

function findFrom(
  cells: readonly Cell[],
  start: number,
  end: number,
  isKind: (cell: Cell) => boolean,
): Cell | undefined {
  for (let i = Math.max(0, start); i < end; i++) if (isKind(cells[i]!)) return cells[i];
  return undefined;
}
