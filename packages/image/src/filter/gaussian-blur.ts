/** @file Gaussian blur of a raster, separable, edges repeated; the kernel is cut at 3 sigma. */
import { LeukoscopeError, type Raster } from '@leukoscope/core';
import { gaussianKernel } from '../geometry/displacement.ts';

/** Blur with a standard deviation in pixels; 0 returns the raster itself. */
export function blurRaster(raster: Raster, sigmaPx: number): Raster {
  if (!(sigmaPx >= 0)) {
    throw new LeukoscopeError('BLUR_SIGMA', `sigmaPx must be at least 0. Received ${sigmaPx}.`);
  }
  if (sigmaPx === 0) return raster;
  const { width, height, channels } = raster;
  const kernel = gaussianKernel(sigmaPx);
  const radius = (kernel.length - 1) / 2;
  const rowLength = width * channels;
  const across = new Float32Array(rowLength * height);
  const padded = new Float32Array((width + 2 * radius) * channels);
  for (let y = 0; y < height; y++) {
    padRow(raster, y, radius, padded);
    const out = across.subarray(y * rowLength, (y + 1) * rowLength);
    for (let i = 0; i < rowLength; i++) out[i] = kernel[radius]! * padded[i + radius * channels]!;
    for (let k = 0; k < radius; k++) {
      const weight = kernel[k]!; // the kernel is symmetric: two taps share a weight
      const left = k * channels;
      const right = (2 * radius - k) * channels;
      for (let i = 0; i < rowLength; i++)
        out[i]! += weight * (padded[i + left]! + padded[i + right]!);
    }
  }
  const length = rowLength * height;
  const data = raster.bitDepth === 8 ? new Uint8Array(length) : new Uint16Array(length);
  const sum = new Float32Array(rowLength);
  const rowAt = (y: number) => Math.min(height - 1, Math.max(0, y)) * rowLength;
  for (let y = 0; y < height; y++) {
    const middle = rowAt(y);
    for (let i = 0; i < rowLength; i++) sum[i] = kernel[radius]! * across[middle + i]! + 0.5;
    for (let k = 0; k < radius; k++) {
      const weight = kernel[k]!;
      const above = rowAt(y + k - radius);
      const below = rowAt(y - k + radius);
      for (let i = 0; i < rowLength; i++)
        sum[i]! += weight * (across[above + i]! + across[below + i]!);
    }
    data.set(sum, y * rowLength); // 0.5 was added: the store's cut rounds to nearest
  }
  return { ...raster, data };
}

function padRow(raster: Raster, y: number, radius: number, padded: Float32Array): void {
  const { width, channels, data } = raster;
  const row = y * width * channels;
  for (let x = -radius; x < width + radius; x++) {
    const from = row + Math.min(width - 1, Math.max(0, x)) * channels;
    for (let c = 0; c < channels; c++) padded[(x + radius) * channels + c] = data[from + c]!;
  }
}
