/**
 * @file Splits a stained picture into its two dyes and back (Ruifrok and Johnston 2001), with the dyes'
 * colours estimated from the picture (Macenko et al. 2009).
 *
 * OD = C V: a pixel's optical density is the sum of two dye amounts C times the dyes' unit vectors V.
 */
import { LeukoscopeError, type RgbRaster, type Size } from '@leukoscope/core';
import { mapFromFloat } from './float-raster.ts';
import { opticalDensityOfByte } from './optical-density.ts';

/** A direction in optical-density space, length 1. */
export type StainVector = readonly [number, number, number];

/** The two dyes of a picture. */
export interface StainBasis {
  /** First the bluer dye (azure, haematoxylin: nuclei), then the redder one (eosin). */
  readonly vectors: readonly [StainVector, StainVector];
  /** 99th percentile of each dye's amount, to compare pictures of different strength. */
  readonly strengths: readonly [number, number];
}

/** Amounts of the two dyes, `data[pixel * 2 + dye]`. */
export interface StainAmounts extends Size {
  readonly data: Float32Array;
}

/** Options of `estimateStains`. */
export interface EstimateStainsOptions {
  /** Pixels with less optical density in every channel are background. @default 0.15 */
  readonly backgroundDensity?: number;
  /** Share of extreme angles to leave out on both sides, in percent. @default 1 */
  readonly anglePercent?: number;
}

/** Estimate the dyes of a picture. */
export function estimateStains(raster: RgbRaster, options: EstimateStainsOptions = {}): StainBasis {
  const { backgroundDensity = 0.15, anglePercent = 1 } = options;
  const densities = stainedDensities(raster, backgroundDensity);
  const count = densities.length / 3;
  if (count < 10) {
    throw new LeukoscopeError(
      'STAIN_EMPTY',
      `picture must hold at least 10 stained pixels. Received ${count}. Use a field with cells, or lower backgroundDensity.`,
    );
  }
  const { first, second } = principalPlane(densities);
  // Angle of each pixel within the plane of the two strongest directions.
  const angles = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    angles[i] = Math.atan2(dot(densities, i * 3, second), dot(densities, i * 3, first));
  }
  angles.sort();
  const low = quantile(angles, anglePercent / 100);
  const high = quantile(angles, 1 - anglePercent / 100);
  const a = unit(combine(first, Math.cos(low), second, Math.sin(low)));
  const b = unit(combine(first, Math.cos(high), second, Math.sin(high)));
  // The bluer dye lets blue through and takes red: the larger share of red density.
  const vectors = a[0] >= b[0] ? ([a, b] as const) : ([b, a] as const);
  const solve = unmixer(vectors);
  const amounts = [new Float32Array(count), new Float32Array(count)] as const;
  for (let i = 0; i < count; i++) {
    const [x, y] = solve(densities[i * 3]!, densities[i * 3 + 1]!, densities[i * 3 + 2]!);
    amounts[0][i] = x;
    amounts[1][i] = y;
  }
  for (const dye of amounts) dye.sort();
  return { vectors, strengths: [quantile(amounts[0], 0.99), quantile(amounts[1], 0.99)] };
}

/** Compute how much of each dye every pixel holds; negative amounts are 0. */
export function separateStains(raster: RgbRaster, basis: StainBasis): StainAmounts {
  const solve = unmixer(basis.vectors);
  const { width, height, data } = raster;
  const out = new Float32Array(width * height * 2);
  for (let i = 0, at = 0; at < out.length; i += 3, at += 2) {
    const [x, y] = solve(
      opticalDensityOfByte[data[i]!]!,
      opticalDensityOfByte[data[i + 1]!]!,
      opticalDensityOfByte[data[i + 2]!]!,
    );
    out[at] = Math.max(0, x);
    out[at + 1] = Math.max(0, y);
  }
  return { width, height, data: out };
}

/** Show a picture with the dyes and strengths of another one. */
export function normaliseStains(raster: RgbRaster, from: StainBasis, to: StainBasis): RgbRaster {
  const amounts = separateStains(raster, from).data;
  const scale = [0, 1].map((dye) => to.strengths[dye]! / Math.max(1e-6, from.strengths[dye]!));
  const [v, w] = to.vectors;
  const density = new Float32Array(raster.data.length);
  for (let i = 0, at = 0; i < density.length; i += 3, at += 2) {
    const x = amounts[at]! * scale[0]!;
    const y = amounts[at + 1]! * scale[1]!;
    for (let c = 0; c < 3; c++) density[i + c] = x * v[c]! + y * w[c]!;
  }
  return mapFromFloat({ ...raster, data: density }, (r, g, b, out) => {
    out[0] = 256 * Math.exp(-r) - 1;
    out[1] = 256 * Math.exp(-g) - 1;
    out[2] = 256 * Math.exp(-b) - 1;
  });
}

function stainedDensities(raster: RgbRaster, threshold: number): Float32Array {
  const { data } = raster;
  const kept = new Float32Array(data.length);
  let length = 0;
  for (let i = 0; i < data.length; i += 3) {
    const r = opticalDensityOfByte[data[i]!]!;
    const g = opticalDensityOfByte[data[i + 1]!]!;
    const b = opticalDensityOfByte[data[i + 2]!]!;
    if (r < threshold || g < threshold || b < threshold) continue;
    kept[length] = r;
    kept[length + 1] = g;
    kept[length + 2] = b;
    length += 3;
  }
  return kept.subarray(0, length);
}

/** Two strongest eigenvectors of the covariance, by Jacobi rotations; both point to positive density. */
function principalPlane(densities: Float32Array): { first: StainVector; second: StainVector } {
  const count = densities.length / 3;
  const mean = [0, 0, 0];
  for (let i = 0; i < densities.length; i++) mean[i % 3] = mean[i % 3]! + densities[i]! / count;
  const matrix = [0, 1, 2].map((row) =>
    [0, 1, 2].map((column) => {
      let sum = 0;
      for (let i = 0; i < densities.length; i += 3) {
        sum += (densities[i + row]! - mean[row]!) * (densities[i + column]! - mean[column]!);
      }
      return sum / count;
    }),
  );
  const { values, vectors } = eigenOfSymmetric(matrix);
  const order = [0, 1, 2].sort((i, j) => values[j]! - values[i]!);
  const pick = (index: number): StainVector => {
    const column = vectors.map((row) => row[index]!);
    const sign = column[0]! + column[1]! + column[2]! < 0 ? -1 : 1;
    return [sign * column[0]!, sign * column[1]!, sign * column[2]!];
  };
  return { first: pick(order[0]!), second: pick(order[1]!) };
}

/** Jacobi eigenvalue iteration for a symmetric 3 x 3 matrix; columns of `vectors` are eigenvectors. */
function eigenOfSymmetric(matrix: readonly (readonly number[])[]) {
  const a = matrix.map((row) => [...row]);
  const vectors = [0, 1, 2].map((i) => [0, 1, 2].map((j) => (i === j ? 1 : 0)));
  const pairs = [
    [0, 1],
    [0, 2],
    [1, 2],
  ] as const;
  for (let sweep = 0; sweep < 32; sweep++) {
    for (const [p, q] of pairs) {
      if (Math.abs(a[p]![q]!) < 1e-15) continue;
      // tan(2 t) = 2 a_pq / (a_qq - a_pp) makes a_pq vanish
      const angle = 0.5 * Math.atan2(2 * a[p]![q]!, a[q]![q]! - a[p]![p]!);
      const cos = Math.cos(angle);
      const sin = Math.sin(angle);
      for (const rows of [a, vectors]) {
        for (const row of rows) {
          const left = row[p]!;
          row[p] = cos * left - sin * row[q]!;
          row[q] = sin * left + cos * row[q]!;
        }
      }
      for (let k = 0; k < 3; k++) {
        const upper = a[p]![k]!;
        a[p]![k] = cos * upper - sin * a[q]![k]!;
        a[q]![k] = sin * upper + cos * a[q]![k]!;
      }
    }
  }
  return { values: [a[0]![0]!, a[1]![1]!, a[2]![2]!], vectors };
}

/** Least squares for two dyes: C = (V V^T)^-1 V OD. */
function unmixer([v, w]: readonly [StainVector, StainVector]) {
  const vv = v[0] * v[0] + v[1] * v[1] + v[2] * v[2];
  const ww = w[0] * w[0] + w[1] * w[1] + w[2] * w[2];
  const vw = v[0] * w[0] + v[1] * w[1] + v[2] * w[2];
  const determinant = vv * ww - vw * vw;
  if (determinant < 1e-9) {
    throw new LeukoscopeError(
      'STAIN_BASIS',
      'stain vectors must point in different directions. Received two parallel ones. Use a picture that shows both dyes.',
    );
  }
  return (r: number, g: number, b: number): readonly [number, number] => {
    const x = v[0] * r + v[1] * g + v[2] * b;
    const y = w[0] * r + w[1] * g + w[2] * b;
    return [(ww * x - vw * y) / determinant, (vv * y - vw * x) / determinant];
  };
}

function dot(values: Float32Array, at: number, vector: StainVector): number {
  return values[at]! * vector[0] + values[at + 1]! * vector[1] + values[at + 2]! * vector[2];
}

function combine(a: StainVector, x: number, b: StainVector, y: number): StainVector {
  return [a[0] * x + b[0] * y, a[1] * x + b[1] * y, a[2] * x + b[2] * y];
}

function unit([x, y, z]: StainVector): StainVector {
  const length = Math.hypot(x, y, z) * (x + y + z < 0 ? -1 : 1);
  return [x / length, y / length, z / length];
}

function quantile(sorted: Float32Array, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.floor(share * sorted.length)))]!;
}
