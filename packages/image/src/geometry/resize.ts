/**
 * @file Changes the size of rasters and masks.
 *
 * All methods work on half-pixel centres and are separable: each output column and row is a weighted
 * sum of a few source ones. `area` averages what an output pixel covers (OpenCV INTER_AREA),
 * `bilinear` mixes the two nearest (INTER_LINEAR; aliases when shrinking much), `triangle` is bilinear
 * with the filter widened when shrinking (PIL and torchvision with antialias).
 */
import { checkSize, createMask, type Mask, type Raster, type Size } from '@leukoscope/core';
import { type RowWeights, squeezeRowRgb } from './squeeze-row.ts';

/** How `resizeRaster` computes a pixel; `auto` takes area along a shrinking axis, else bilinear. */
export type ResizeMethod = 'auto' | 'area' | 'bilinear' | 'triangle' | 'nearest';

/** Options of `resizeRaster`. */
export interface ResizeOptions {
  /** @default 'auto' */
  readonly method?: ResizeMethod;
}

/** Resize a raster. */
export function resizeRaster(raster: Raster, size: Size, options: ResizeOptions = {}): Raster {
  checkSize(size);
  const { method = 'auto' } = options;
  if (size.width === raster.width && size.height === raster.height) return raster;
  const { channels, bitDepth } = raster;
  const length = size.width * size.height * channels;
  const data = bitDepth === 8 ? new Uint8Array(length) : new Uint16Array(length);
  if (method === 'nearest') {
    pickNearest(raster, raster.data, data, size, channels);
  } else {
    const columns = weightTable(raster.width, size.width, method);
    const rows = weightTable(raster.height, size.height, method);
    resample(raster, data, size, columns, rows);
  }
  return { ...size, channels, bitDepth, data };
}

/** Resize a mask: each output pixel takes the source pixel under its centre. */
export function resizeMask(mask: Mask, size: Size): Mask {
  const out = createMask(size);
  pickNearest(mask, mask.data, out.data, size, 1);
  return out;
}

function pickNearest(
  from: Size,
  source: Uint8Array | Uint16Array,
  out: Uint8Array | Uint16Array,
  size: Size,
  channels: number,
): void {
  const scaleX = from.width / size.width;
  const scaleY = from.height / size.height;
  for (let y = 0, at = 0; y < size.height; y++) {
    const row = Math.floor((y + 0.5) * scaleY) * from.width;
    for (let x = 0; x < size.width; x++) {
      const pixel = (row + Math.floor((x + 0.5) * scaleX)) * channels;
      for (let c = 0; c < channels; c++) out[at++] = source[pixel + c]!;
    }
  }
}

/** Weights of one axis; those of an output index sum to 1. */
function weightTable(
  from: number,
  to: number,
  method: 'auto' | 'area' | 'bilinear' | 'triangle',
): RowWeights {
  const scale = from / to;
  const usesArea = method === 'area' || (method === 'auto' && to < from);
  const radius = method === 'triangle' ? Math.max(1, scale) : 1;
  const count = usesArea ? Math.ceil(scale) + 1 : Math.ceil(radius * 2) + 1;
  const first = new Int32Array(to);
  const weights = new Float32Array(to * count);
  for (let i = 0; i < to; i++) {
    const centre = (i + 0.5) * scale - 0.5;
    const start = usesArea ? Math.floor(i * scale + 1e-9) : Math.floor(centre - radius) + 1;
    first[i] = Math.max(0, Math.min(start, from - count));
    let total = 0;
    const row = new Float64Array(count);
    for (let k = 0; k < count; k++) {
      const index = start + k;
      const weight = usesArea
        ? Math.min(index + 1, (i + 1) * scale) - Math.max(index, i * scale)
        : 1 - Math.abs(index - centre) / radius;
      if (weight <= 1e-9) continue;
      // Outside the source: PIL leaves the weight out, OpenCV repeats the edge pixel.
      if (method === 'triangle' && (index < 0 || index >= from)) continue;
      const slot = Math.min(Math.max(index, 0), from - 1) - first[i]!;
      row[slot] = row[slot]! + weight;
      total += weight;
    }
    for (let k = 0; k < count; k++) weights[i * count + k] = row[k]! / total;
  }
  return { first, weights, count };
}

function resample(
  raster: Raster,
  out: Uint8Array | Uint16Array,
  size: Size,
  columns: RowWeights,
  rows: RowWeights,
): void {
  const { channels, height } = raster;
  const rowLength = size.width * channels;
  // Rows are squeezed in x once each, when the first output row that needs them comes; of all only those that an
  // output row may still need are kept, in turns.
  const kept = Math.min(height, rows.count);
  const squeezed = new Float32Array(rowLength * kept);
  let ready = 0;
  const sum = new Float32Array(rowLength);
  for (let y = 0; y < size.height; y++) {
    const first = rows.first[y]!;
    const last = Math.min(height, first + rows.count);
    for (; ready < last; ready++)
      squeezeRow(raster, ready, columns, squeezed, (ready % kept) * rowLength);
    sum.fill(0.5);
    for (let k = 0; first + k < last; k++) {
      const weight = rows.weights[y * rows.count + k]!;
      if (weight === 0) continue;
      const start = ((first + k) % kept) * rowLength;
      for (let i = 0; i < rowLength; i++) sum[i]! += weight * squeezed[start + i]!;
    }
    out.set(sum, y * rowLength); // 0.5 was added: the store's cut rounds to nearest
  }
}

function squeezeRow(
  raster: Raster,
  y: number,
  columns: RowWeights,
  out: Float32Array,
  start: number,
): void {
  const { width, channels, data } = raster;
  const { first, weights, count } = columns;
  const row = y * width * channels;
  if (channels === 3) {
    squeezeRowRgb(data, row, width, columns, out, start);
    return;
  }
  for (let x = 0; x < first.length; x++) {
    const at = row + first[x]! * channels;
    const taps = Math.min(count, width - first[x]!);
    for (let c = 0; c < channels; c++) {
      let sum = 0;
      for (let k = 0; k < taps; k++) sum += weights[x * count + k]! * data[at + k * channels + c]!;
      out[start + x * channels + c] = sum;
    }
  }
}
