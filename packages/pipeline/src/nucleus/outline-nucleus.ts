/**
 * @file The nucleus inside a cell's outline, by optical density:
 *
 *   d = OD_green - min(OD_red, OD_blue),   s = 1 - e^-d
 *
 * The dyes of nuclei take green and let blue through; how brightly the cell is lit falls out of the difference, and s is
 * the share of green that is missing. Otsu's threshold (1979) of s among the cell's own pixels parts nucleus and cytoplasm;
 * then holes are filled and what is thinner than the smallest lobe goes; gaps stay, since they part lobes. Large
 * cells are looked at on a coarser grid: the border moves by less than a pixel of 64.
 */
import {
  createMask,
  type Mask,
  type Nucleus,
  type PlacedMask,
  type RgbRaster,
} from '@leukoscope/core';
import { fillHoles, openMask, otsuThreshold, removeSmallRegions } from '@leukoscope/image';
import { countLobes } from './count-lobes.ts';

/** Longest side of the grid. */
const gridSide = 64;
/** Smaller cells have no nucleus that could be told. */
const leastSide = 12;
const histogramBins = 64;
/** Radius of the opening, as a share of the grid's side. */
const opening = 0.02;
/** Parts below this share of the cell are granules and dirt. */
const leastPart = 0.03;

/** Outline the nucleus of a cell of a raster; undefined where none can be told. */
export function outlineNucleus(raster: RgbRaster, cell: PlacedMask): Nucleus | undefined {
  const { width, height } = cell.mask;
  if (Math.min(width, height) < leastSide) return undefined;
  const step = Math.ceil(Math.max(width, height) / gridSide);
  const grid = stainOf(raster, cell, step);
  const cut = thresholdOf(grid);
  if (cut === undefined) return undefined;
  const dark = createMask(grid);
  for (let i = 0; i < dark.data.length; i++) dark.data[i] = grid.data[i]! > cut ? 1 : 0;
  const radius = Math.max(1, opening * Math.sqrt(grid.width * grid.height));
  const solid = openMask(fillHoles(dark), radius);
  const parts = removeSmallRegions(solid, leastPart * grid.area);
  const lobes = countLobes(parts);
  if (lobes === 0) return undefined;
  return { mask: inCell(parts, cell, step), lobes };
}

/** s where the cell is, and -1 beside it. */
interface StainGrid {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
  /** Points of the cell. */
  readonly area: number;
}

/** Means over squares of `step` pixels, of those that the cell fills in their middle. */
function stainOf(raster: RgbRaster, { left, top, mask }: PlacedMask, step: number): StainGrid {
  const width = Math.ceil(mask.width / step);
  const height = Math.ceil(mask.height / step);
  const data = new Float32Array(width * height).fill(-1);
  const half = step >> 1;
  // Two or three pixels of each line of a square say as much as all of them.
  const skip = Math.max(1, half);
  let area = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const u = x * step + half;
      const v = y * step + half;
      if (u >= mask.width || v >= mask.height || mask.data[v * mask.width + u] === 0) continue;
      let sum = 0;
      let count = 0;
      for (let dy = 0; dy < step; dy += skip) {
        for (let dx = 0; dx < step; dx += skip) {
          const px = left + x * step + dx;
          const py = top + y * step + dy;
          if (px < 0 || py < 0 || px >= raster.width || py >= raster.height) continue;
          sum += missingGreen(raster.data, (py * raster.width + px) * 3);
          count++;
        }
      }
      if (count === 0) continue;
      data[y * width + x] = Math.max(0, sum / count);
      area++;
    }
  }
  return { width, height, data, area };
}

/** s: with OD = -ln((I + 1) / 256) the logarithms fall out, 1 - (G + 1) / (max(R, B) + 1). */
function missingGreen(data: RgbRaster['data'], at: number): number {
  return 1 - (data[at + 1]! + 1) / (Math.max(data[at]!, data[at + 2]!) + 1);
}

/** Otsu's threshold among the cell's points; undefined where all are alike. */
function thresholdOf({ data }: StainGrid): number | undefined {
  let highest = 0;
  for (const s of data) highest = Math.max(highest, s);
  if (highest === 0) return undefined;
  const counts = new Uint32Array(histogramBins);
  const scale = histogramBins / highest;
  for (const s of data) if (s >= 0) counts[Math.min(histogramBins - 1, Math.floor(s * scale))]!++;
  return (otsuThreshold(counts) + 1) / scale;
}

/** The grid's points as pixels of the cell. */
function inCell(grid: Mask, { left, top, mask }: PlacedMask, step: number): PlacedMask {
  const columns = Int32Array.from({ length: mask.width }, (_, x) => Math.floor(x / step));
  const data = new Uint8Array(mask.data.length);
  for (let y = 0, i = 0; y < mask.height; y++) {
    const row = Math.floor(y / step) * grid.width;
    for (let x = 0; x < mask.width; x++, i++)
      data[i] = mask.data[i]! & grid.data[row + columns[x]!]!;
  }
  return { left, top, mask: createMask(mask, data) };
}
