/**
 * @file Estimates the light of a photographed field: the colour that empty glass has, place by place.
 *
 * The picture is cut into blocks; the bright end of each block (its 85th percentile of brightness) is
 * empty glass unless cells fill the block, so each block takes the brightest of its neighbourhood.
 */
import type { Raster } from '@leukoscope/core';
import type { Rgb } from './stain.ts';

/** The light over a field. */
export interface LightField {
  /** Mean colour of empty glass, 0..255. */
  readonly mean: Rgb;
  /** Read the light of one channel at a pixel. */
  at(x: number, y: number, channel: number): number;
}

/** Estimate the light of an RGB raster. */
export function estimateLight(raster: Raster): LightField {
  const { width, height } = raster;
  const columns = Math.max(1, Math.min(12, Math.round(width / 64)));
  const rows = Math.max(1, Math.min(12, Math.round(height / 64)));
  const blocks: Rgb[] = [];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      blocks.push(
        brightEnd(
          raster,
          Math.floor((column * width) / columns),
          Math.floor((row * height) / rows),
          Math.ceil(((column + 1) * width) / columns),
          Math.ceil(((row + 1) * height) / rows),
        ),
      );
    }
  }
  const brightest = blocks.map((_, i) => brightestAround(blocks, i, columns, rows));
  const mean = [0, 1, 2].map(
    (c) => brightest.reduce((sum, colour) => sum + colour[c]!, 0) / brightest.length,
  ) as [number, number, number];
  return {
    mean,
    at(x, y, channel) {
      const u = Math.min(columns - 1, Math.max(0, ((x + 0.5) / width) * columns - 0.5));
      const v = Math.min(rows - 1, Math.max(0, ((y + 0.5) / height) * rows - 0.5));
      const left = Math.floor(u);
      const top = Math.floor(v);
      const right = Math.min(columns - 1, left + 1);
      const bottom = Math.min(rows - 1, top + 1);
      const upper =
        brightest[top * columns + left]![channel]! * (1 - u + left) +
        brightest[top * columns + right]![channel]! * (u - left);
      const lower =
        brightest[bottom * columns + left]![channel]! * (1 - u + left) +
        brightest[bottom * columns + right]![channel]! * (u - left);
      return Math.max(1, upper * (1 - v + top) + lower * (v - top));
    },
  };
}

/** Mean colour of the pixels between the 75th and 95th percentile of brightness. */
function brightEnd(raster: Raster, x1: number, y1: number, x2: number, y2: number): Rgb {
  const { width, channels, data } = raster;
  // Every third pixel of every third row is plenty for a percentile.
  const found: { light: number; at: number }[] = [];
  for (let y = y1; y < y2; y += 3) {
    for (let x = x1; x < x2; x += 3) {
      const at = (y * width + x) * channels;
      found.push({ light: data[at]! + data[at + 1]! + data[at + 2]!, at });
    }
  }
  found.sort((a, b) => a.light - b.light);
  const from = Math.floor(0.75 * found.length);
  const to = Math.max(from + 1, Math.floor(0.95 * found.length));
  const sum: [number, number, number] = [0, 0, 0];
  for (const { at } of found.slice(from, to)) {
    for (let c = 0; c < 3; c++) sum[c] = sum[c]! + data[at + c]!;
  }
  return sum.map((value) => value / (to - from)) as [number, number, number];
}

function brightestAround(blocks: readonly Rgb[], i: number, columns: number, rows: number): Rgb {
  const column = i % columns;
  const row = Math.floor(i / columns);
  let best = blocks[i]!;
  for (let y = Math.max(0, row - 1); y <= Math.min(rows - 1, row + 1); y++) {
    for (let x = Math.max(0, column - 1); x <= Math.min(columns - 1, column + 1); x++) {
      const other = blocks[y * columns + x]!;
      // Only a clearly brighter neighbour replaces a block: light falls off gently, cells sharply.
      if (other[1] * 0.93 > best[1]) best = other;
    }
  }
  return best;
}
