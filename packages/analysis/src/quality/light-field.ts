/**
 * @file The light without cells, over the whole field: a quadratic surface per channel.
 *
 * L(u, v) = c0 + c1 u + c2 v + c3 u² + c4 uv + c5 v², u and v in -1..1 across the image, fitted to the
 * 90th percentile of each of up to 12 x 12 blocks by least squares. Blocks full of cells lie below the
 * surface: blocks more than 8 % below it are left out and the fit is repeated twice.
 */
import type { RgbRaster } from '@leukoscope/core';

/** The fitted light. */
export interface LightField {
  /** Light of a channel at a pixel of the raster it was fitted to, at least 1. */
  at(x: number, y: number, channel: number): number;
  /** Light in the middle of the field, per channel. */
  readonly middle: readonly [number, number, number];
  /** 1 - darkest / brightest place of the green surface, over the corners, edges and the middle. */
  readonly unevenness: number;
}

const mostBlocks = 12;
const smallestBlockPx = 16;
const blockShare = 0.9;
const tooDark = 0.92;

type Surface = readonly number[];

/** Fit the light of a field. */
export function fitLight(raster: RgbRaster): LightField {
  const { width, height } = raster;
  const columns = Math.max(1, Math.min(mostBlocks, Math.floor(width / smallestBlockPx)));
  const rows = Math.max(1, Math.min(mostBlocks, Math.floor(height / smallestBlockPx)));
  const surfaces = [0, 1, 2].map((channel) => {
    const points: [number, number, number][] = [];
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const u = (2 * (column + 0.5)) / columns - 1;
        const v = (2 * (row + 0.5)) / rows - 1;
        points.push([u, v, blockLight(raster, channel, column, row, columns, rows)]);
      }
    }
    return fitWithoutCells(points, columns >= 3 && rows >= 3);
  });
  const toUnit = (value: number, extent: number) => (2 * (value + 0.5)) / extent - 1;
  const places = [-1, 0, 1].flatMap((u) => [-1, 0, 1].map((v) => evaluate(surfaces[1]!, u, v)));
  const brightest = Math.max(...places);
  const middle = surfaces.map((surface) => evaluate(surface, 0, 0));
  return {
    at: (x, y, channel) =>
      Math.max(1, evaluate(surfaces[channel]!, toUnit(x, width), toUnit(y, height))),
    middle: [middle[0]!, middle[1]!, middle[2]!],
    unevenness: brightest <= 0 ? 0 : Math.max(0, 1 - Math.min(...places) / brightest),
  };
}

function blockLight(
  { width, height, data }: RgbRaster,
  channel: number,
  column: number,
  row: number,
  columns: number,
  rows: number,
): number {
  const counts = new Uint32Array(256);
  const x1 = Math.floor((column * width) / columns);
  const x2 = Math.floor(((column + 1) * width) / columns);
  const y2 = Math.floor(((row + 1) * height) / rows);
  let total = 0;
  for (let y = Math.floor((row * height) / rows); y < y2; y++) {
    for (let x = x1; x < x2; x++) {
      counts[data[(y * width + x) * 3 + channel]!]!++;
      total++;
    }
  }
  let above = 0;
  for (let value = 255; value > 0; value--) {
    above += counts[value]!;
    if (above >= (1 - blockShare) * total) return value;
  }
  return 0;
}

/** Cells only darken, so what lies far below the surface is no light. */
function fitWithoutCells(points: readonly [number, number, number][], isCurved: boolean): Surface {
  const sorted = points.map(([, , value]) => value).sort((a, b) => a - b);
  const typical = sorted[Math.floor(0.75 * sorted.length)] ?? 0;
  if (!isCurved) return [typical, 0, 0, 0, 0, 0];
  // Blocks without any glass would pull the first fit down.
  let kept = points.filter(([, , value]) => value >= 0.4 * typical);
  let surface: Surface = [typical, 0, 0, 0, 0, 0];
  for (let pass = 0; pass < 3; pass++) {
    const fitted = leastSquares(kept);
    if (fitted === undefined) return surface;
    surface = fitted;
    const above = points.filter(([u, v, value]) => value >= tooDark * evaluate(fitted, u, v));
    if (above.length < 12) break;
    kept = above;
  }
  return surface;
}

function termsOf(u: number, v: number): number[] {
  return [1, u, v, u * u, u * v, v * v];
}

function evaluate(surface: Surface, u: number, v: number): number {
  const [c0, c1, c2, c3, c4, c5] = surface;
  return c0! + c1! * u + c2! * v + c3! * u * u + c4! * u * v + c5! * v * v;
}

/** Solve (AᵀA) c = Aᵀ b by Gaussian elimination; undefined where the points do not decide. */
function leastSquares(points: readonly [number, number, number][]): number[] | undefined {
  const size = 6;
  const matrix = Array.from({ length: size }, () => new Array<number>(size + 1).fill(0));
  for (const [u, v, value] of points) {
    const terms = termsOf(u, v);
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) matrix[i]![j]! += terms[i]! * terms[j]!;
      matrix[i]![size]! += terms[i]! * value;
    }
  }
  for (let column = 0; column < size; column++) {
    let pivot = column;
    for (let row = column + 1; row < size; row++) {
      if (Math.abs(matrix[row]![column]!) > Math.abs(matrix[pivot]![column]!)) pivot = row;
    }
    if (Math.abs(matrix[pivot]![column]!) < 1e-9) return undefined;
    [matrix[column], matrix[pivot]] = [matrix[pivot]!, matrix[column]!];
    for (let row = 0; row < size; row++) {
      if (row === column) continue;
      const factor = matrix[row]![column]! / matrix[column]![column]!;
      for (let k = column; k <= size; k++) matrix[row]![k]! -= factor * matrix[column]![k]!;
    }
  }
  return matrix.map((row, i) => row[size]! / row[i]!);
}
