/**
 * @file Cuts an image into tiles of all levels. Runs in a child process, since it decodes.
 *
 * Levels are halved by area from the one above, so that every pixel counts; colour keeps its full resolution,
 * since granules are told by it.
 */
import { sizeAtLevel, tileCounts, tileSide, fullTileLevel } from '@leukoscope/contract';
import type { Raster } from '@leukoscope/core';
import { cropRaster, decodeRgb, encodeJpeg, resizeRaster } from '@leukoscope/image';
import { tileName, writeTiles } from './tile-file.ts';

const quality = 92;

/** Cut an image into tiles of all levels and write them; flushed when it resolves. */
export async function writeTilePyramid(task: {
  readonly image: Uint8Array;
  readonly file: string;
  readonly maxPixels: number;
}): Promise<void> {
  const image = await decodeRgb(task.image, { maxPixels: task.maxPixels });
  const names: string[] = [];
  const tiles: Uint8Array[] = [];
  let raster: Raster = image;
  for (let level = fullTileLevel(image); level >= 0; level--) {
    const size = sizeAtLevel(image, level);
    if (raster.width !== size.width || raster.height !== size.height) {
      raster = resizeRaster(raster, size, { method: 'area' });
    }
    const { columns, rows } = tileCounts(image, level);
    for (let y = 0; y < rows; y++) {
      // A row of tiles at once keeps libvips' threads busy without holding all tiles' pixels.
      const row = Array.from({ length: columns }, (_, x) => encodeTile(raster, x, y));
      tiles.push(...(await Promise.all(row)));
      for (let x = 0; x < columns; x++) names.push(tileName(level, x, y));
    }
  }
  await writeTiles(task.file, names, tiles);
}

function encodeTile(raster: Raster, x: number, y: number): Promise<Uint8Array> {
  const box = {
    x1: x * tileSide,
    y1: y * tileSide,
    x2: Math.min((x + 1) * tileSide, raster.width),
    y2: Math.min((y + 1) * tileSide, raster.height),
  };
  return encodeJpeg(cropRaster(raster, box), { quality, chroma: '4:4:4' });
}
