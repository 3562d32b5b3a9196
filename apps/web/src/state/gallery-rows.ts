/** @file The gallery as rows of known heights: heads of bins and rows of tiles. Only those on the screen are drawn. */
import type { Box } from '@leukoscope/core';
import type { CellGroup } from './gallery-cells.ts';

/** One row. */
export type GalleryRow =
  | { readonly kind: 'head'; readonly key: string; readonly group: CellGroup; readonly top: number }
  | {
      readonly kind: 'cells';
      readonly key: string;
      readonly group: CellGroup;
      readonly top: number;
      /** Place of its first cell in the group. */
      readonly first: number;
    };

/** Sizes in CSS pixels. */
export interface RowSizes {
  readonly columns: number;
  /** Of a tile, with the gap after it. */
  readonly tileWidth: number;
  readonly tileHeight: number;
}

/** Height of a bin's head. */
export const headHeight = 46;
/** Left of the first tile. */
export const rowIndent = 12;

/** Largest growth of tiles to fill a line. */
const mostGrowth = 1.25;

/** Fit tiles of about a size into a width: as many as have room, a little larger where some is left. */
export function fitTiles(
  width: number,
  tileSize: number,
  gap: number,
): { readonly columns: number; readonly side: number } {
  const room = width - 2 * rowIndent + gap;
  const columns = Math.max(1, Math.floor(room / (tileSize + gap)));
  const side = Math.floor(room / columns) - gap;
  return { columns, side: Math.max(tileSize, Math.min(side, Math.floor(tileSize * mostGrowth))) };
}

/** Lay the groups out. */
export function rowsOf(
  groups: readonly CellGroup[],
  { columns, tileHeight }: RowSizes,
): GalleryRow[] {
  const rows: GalleryRow[] = [];
  let top = 0;
  for (const group of groups) {
    const name = group.bin ?? 'queue';
    rows.push({ kind: 'head', key: name, group, top });
    top += headHeight;
    for (let first = 0; first < group.cells.length; first += columns) {
      rows.push({ kind: 'cells', key: `${name}.${first}`, group, top, first });
      top += tileHeight;
    }
  }
  return rows;
}

/** Find the row of a cell. */
export function rowOfCell(rows: readonly GalleryRow[], cellId: string, columns: number): number {
  return rows.findIndex(
    (row) =>
      row.kind === 'cells' &&
      row.group.cells.slice(row.first, row.first + columns).some(({ id }) => id === cellId),
  );
}

/** List the cells of the rows behind one; -1 for those of all rows. */
export function cellsAfterRow(
  rows: readonly GalleryRow[],
  index: number,
  columns: number,
): CellGroup['cells'][number][] {
  return rows
    .slice(index + 1)
    .flatMap((row) =>
      row.kind === 'cells' ? row.group.cells.slice(row.first, row.first + columns) : [],
    );
}

/** List the cells whose tiles lie in a box of the gallery, a tile counting from its middle when `whole`. */
export function cellsInBox(
  rows: readonly GalleryRow[],
  { columns, tileWidth, tileHeight }: RowSizes,
  box: Box,
  isMostlyInside = false,
): string[] {
  // Of a tile that is cut by the border of the screen the picture itself must be there.
  const edge = isMostlyInside ? tileHeight / 2 : 0;
  return rows.flatMap((row) => {
    if (row.kind !== 'cells') return [];
    if (row.top + tileHeight - edge < box.y1 || row.top + edge > box.y2) return [];
    return row.group.cells.slice(row.first, row.first + columns).flatMap(({ id }, column) => {
      const left = rowIndent + column * tileWidth;
      return left + tileWidth < box.x1 || left > box.x2 ? [] : [id];
    });
  });
}
