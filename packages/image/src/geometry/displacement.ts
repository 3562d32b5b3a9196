/**
 * @file Smooth displacement fields, kept on a coarse grid and read in between bilinearly.
 *
 * A field that was smoothed with a Gaussian of sigma pixels holds nothing finer than that, so a grid of
 * half a sigma loses about 3 % of its curvature and costs a hundredth of a full-size field.
 */
import type { Random, Size } from '@leukoscope/core';

/** Shifts in source pixels on a grid; node (i, j) lies at pixel (i * spacing, j * spacing). */
export interface Displacement {
  readonly spacing: number;
  readonly columns: number;
  readonly rows: number;
  readonly dx: Float32Array;
  readonly dy: Float32Array;
  /** No shift is longer than this on either axis, in pixels. */
  readonly reach: number;
}

/**
 * Draw the elastic field of Simard, Steinkraus and Platt (2003), which the leukocytemask paper uses:
 * white noise in [-1, 1] smoothed with a Gaussian of `sigma` pixels and multiplied by alpha.
 * `deviation` is the standard deviation of the shift in pixels; it stands for Simard's
 * alpha = deviation * sqrt(3) * 2 sqrt(pi) * sigma.
 */
export function elasticDisplacement(
  size: Size,
  sigma: number,
  deviation: number,
  random: Random,
): Displacement {
  const spacing = Math.max(1, Math.floor(sigma / 2));
  const columns = Math.ceil(size.width / spacing) + 2;
  const rows = Math.ceil(size.height / spacing) + 2;
  const dx = smoothNoise(columns, rows, sigma / spacing, deviation, random);
  const dy = smoothNoise(columns, rows, sigma / spacing, deviation, random);
  let reach = 0;
  for (let i = 0; i < dx.length; i++) {
    reach = Math.max(reach, Math.abs(dx[i]!), Math.abs(dy[i]!));
  }
  return { spacing, columns, rows, dx, dy, reach };
}

function smoothNoise(
  columns: number,
  rows: number,
  sigma: number,
  deviation: number,
  random: Random,
): Float32Array {
  const kernel = gaussianKernel(sigma);
  const radius = (kernel.length - 1) / 2;
  // Noise reaches past the edges, so that the field is as lively there as in the middle.
  const wide = columns + 2 * radius;
  const high = rows + 2 * radius;
  const noise = new Float32Array(wide * high);
  for (let i = 0; i < noise.length; i++) noise[i] = random.next() * 2 - 1;
  const across = new Float32Array(columns * high);
  for (let y = 0; y < high; y++) {
    for (let x = 0; x < columns; x++) {
      let sum = 0;
      for (let k = 0; k < kernel.length; k++) sum += kernel[k]! * noise[y * wide + x + k]!;
      across[y * columns + x] = sum;
    }
  }
  // Uniform noise has variance 1/3; a weighted sum has the sum of squared weights times that.
  const power = kernel.reduce((sum, weight) => sum + weight * weight, 0);
  const scale = deviation / (Math.sqrt(1 / 3) * power);
  const field = new Float32Array(columns * rows);
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      let sum = 0;
      for (let k = 0; k < kernel.length; k++) sum += kernel[k]! * across[(y + k) * columns + x]!;
      field[y * columns + x] = sum * scale;
    }
  }
  return field;
}

/** Return a Gaussian kernel of odd length that sums to 1, cut at 3 sigma. */
export function gaussianKernel(sigma: number): Float32Array {
  const radius = Math.max(1, Math.ceil(3 * sigma));
  const kernel = Float32Array.from({ length: 2 * radius + 1 }, (_, i) =>
    Math.exp(-((i - radius) ** 2) / (2 * sigma * sigma)),
  );
  const total = kernel.reduce((sum, weight) => sum + weight, 0);
  return kernel.map((weight) => weight / total);
}
