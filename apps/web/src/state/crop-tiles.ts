/** @file Which tiles of a field show the surroundings of a box, and where each lies in a square picture. */
import { type Field, fullTileLevel, tileSide } from '@leukoscope/contract';
import type { Box } from '@leukoscope/core';

/** A tile of the full-size level, placed in a picture of side 1. */
export interface PlacedTile {
  readonly level: number;
  readonly column: number;
  readonly row: number;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Side of the picture, in multiples of the longer side of the box; as crops of cells have it. */
const zoom = 1.4;

/** The square around a box. */
export function cropSquare(box: Box, times = zoom) {
  const side = times * Math.max(box.x2 - box.x1, box.y2 - box.y1);
  return { x: (box.x1 + box.x2 - side) / 2, y: (box.y1 + box.y2 - side) / 2, side };
}

/** Place the tiles around a box; parts outside of the field stay empty. */
export function cropTiles(
  field: Pick<Field, 'width' | 'height'>,
  box: Box,
  times = zoom,
): PlacedTile[] {
  const { x, y, side } = cropSquare(box, times);
  const level = fullTileLevel(field);
  const tiles: PlacedTile[] = [];
  const first = (start: number) => Math.max(0, Math.floor(start / tileSide));
  const last = (start: number, extent: number) =>
    Math.ceil(Math.min(extent, start + side) / tileSide) - 1;
  for (let row = first(y); row <= last(y, field.height); row++) {
    for (let column = first(x); column <= last(x, field.width); column++) {
      tiles.push({
        level,
        column,
        row,
        left: (column * tileSide - x) / side,
        top: (row * tileSide - y) / side,
        width: Math.min(tileSide, field.width - column * tileSide) / side,
        height: Math.min(tileSide, field.height - row * tileSide) / side,
      });
    }
  }
  return tiles;
}
