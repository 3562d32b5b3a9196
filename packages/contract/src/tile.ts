/**
 * @file Tiles of a field, by Deep Zoom's numbers: the highest level is the image at its full size, each
 * level below it half of that (rounded up), down to one pixel at level 0. Tiles do not overlap; those at
 * the right and lower border are smaller. https://openseadragon.github.io/examples/tilesource-custom/
 */
import { z } from 'zod';
import { idSchema } from './ids.ts';

/** Side of a tile in pixels. */
export const tileSide = 512;

const whole = z.coerce.number<number>().int().min(0).max(1_000_000);

/** Names one tile: level, column and row, all from 0. */
export const tileParamsSchema = z.object({ id: idSchema, level: whole, x: whole, y: whole });

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Return the level at which an image has its full size. */
export function fullTileLevel(image: Size): number {
  return Math.ceil(Math.log2(Math.max(image.width, image.height)));
}

/** Return the size of an image at a level. */
export function sizeAtLevel(image: Size, level: number): { width: number; height: number } {
  const scale = 2 ** (fullTileLevel(image) - level);
  return { width: Math.ceil(image.width / scale), height: Math.ceil(image.height / scale) };
}

/** Return how many columns and rows of tiles a level has. */
export function tileCounts(image: Size, level: number): { columns: number; rows: number } {
  const { width, height } = sizeAtLevel(image, level);
  return { columns: Math.ceil(width / tileSide), rows: Math.ceil(height / tileSide) };
}
