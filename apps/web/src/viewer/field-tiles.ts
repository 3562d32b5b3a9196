/** @file A field as a pyramid of tiles, the way OpenSeadragon asks for them. */
import { type Field, fullTileLevel, sizeAtLevel, tileSide } from '@leukoscope/contract';
import { addressOf } from '../state/api.ts';

/** What OpenSeadragon needs to know of an image. */
export interface TilePyramid {
  readonly width: number;
  readonly height: number;
  readonly tileSize: number;
  readonly tileOverlap: number;
  readonly minLevel: number;
  readonly maxLevel: number;
  readonly getTileUrl: (level: number, x: number, y: number) => string;
}

/** Describe a field's tiles. */
export function fieldTiles(field: Pick<Field, 'id' | 'width' | 'height'>): TilePyramid {
  const { id, width, height } = field;
  return {
    width,
    height,
    tileSize: tileSide,
    tileOverlap: 0,
    minLevel: leastLevel(field),
    maxLevel: fullTileLevel(field),
    getTileUrl: (level, x, y) => addressOf('getFieldTile', { params: { id, level, x, y } }),
  };
}

/** The largest level that is one tile: those below are smaller pictures of the same, and requests for nothing. */
export function leastLevel(image: Pick<Field, 'width' | 'height'>): number {
  let level = fullTileLevel(image);
  for (; level > 0; level--) {
    const { width, height } = sizeAtLevel(image, level);
    if (width <= tileSide && height <= tileSide) break;
  }
  return level;
}
