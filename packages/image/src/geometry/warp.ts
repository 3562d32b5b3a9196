/**
 * @file Reads a raster (bilinear) or a mask (nearest) through a pixel map.
 *
 * Output pixel p shows the source at map(centre of p). Outside the source lies `padding` (blended at
 * the edge, as scipy's mode 'grid-constant'), the nearest pixel ('replicate'), or a mirror image
 * ('reflect': dcba|abcd|dcba).
 */
import {
  checkSize,
  createMask,
  type Mask,
  maskBox,
  type PlacedMask,
  type Raster,
  type Size,
  toPlacedMask,
} from '@leukoscope/core';
import { fillSourceRow, outputBoxOf, type PixelMap } from './pixel-map.ts';

/** Options of `warpRaster`. */
export interface WarpOptions {
  /** What lies outside the source. @default 'constant' */
  readonly border?: 'constant' | 'replicate' | 'reflect';
  /** Value per channel outside, for border 'constant'. @default 0 in every channel */
  readonly padding?: readonly number[];
}

/** Read a raster through a map, bilinearly. */
export function warpRaster(
  raster: Raster,
  map: PixelMap,
  size: Size,
  options: WarpOptions = {},
): Raster {
  checkSize(size);
  const { channels } = raster;
  const { border = 'constant', padding = new Array<number>(channels).fill(0) } = options;
  const length = size.width * size.height * channels;
  const data = raster.bitDepth === 8 ? new Uint8Array(length) : new Uint16Array(length);
  const sourceX = new Float32Array(size.width);
  const sourceY = new Float32Array(size.width);
  const pixel = createEdgeReader(raster, border, padding);
  // What a pixel shows that lies wholly outside; other borders have no such pixels.
  const outside = border === 'constant' ? [0, 1, 2].map((c) => padding[c] ?? 0) : undefined;
  for (let y = 0; y < size.height; y++) {
    fillSourceRow(map, y, 0, size.width, sourceX, sourceY);
    const start = y * size.width * channels;
    if (channels === 3) sampleRowRgb(raster, sourceX, sourceY, data, start, pixel, outside);
    else sampleRow(raster, sourceX, sourceY, data, start, pixel);
  }
  return { ...size, channels, bitDepth: raster.bitDepth, data };
}

/** Reads channel c of the pixel at whole coordinates that may lie outside. */
type EdgeReader = (x: number, y: number, c: number) => number;

function createEdgeReader(
  raster: Raster,
  border: 'constant' | 'replicate' | 'reflect',
  padding: readonly number[],
): EdgeReader {
  const { width, height, channels, data } = raster;
  if (border === 'constant') {
    return (x, y, c) =>
      x < 0 || y < 0 || x >= width || y >= height
        ? (padding[c] ?? 0)
        : data[(y * width + x) * channels + c]!;
  }
  const fold = border === 'replicate' ? clampIndex : reflectIndex;
  return (x, y, c) => data[(fold(y, height) * width + fold(x, width)) * channels + c]!;
}

function clampIndex(index: number, length: number): number {
  return index < 0 ? 0 : index >= length ? length - 1 : index;
}

function reflectIndex(index: number, length: number): number {
  const period = 2 * length;
  const folded = ((index % period) + period) % period;
  return folded < length ? folded : period - 1 - folded;
}

/** The common case, written out: three channels, four corners inside. */
function sampleRowRgb(
  raster: Raster,
  sourceX: Float32Array,
  sourceY: Float32Array,
  out: Uint8Array | Uint16Array,
  start: number,
  pixel: EdgeReader,
  outside: readonly number[] | undefined,
): void {
  const { width, height, data } = raster;
  const step = width * 3;
  const lastX = width - 1;
  const lastY = height - 1;
  for (let i = 0, at = start; i < sourceX.length; i++, at += 3) {
    const u = sourceX[i]! - 0.5;
    const v = sourceY[i]! - 0.5;
    if (u >= 0 && v >= 0 && u < lastX && v < lastY) {
      const x = u | 0;
      const y = v | 0;
      const right = u - x;
      const down = v - y;
      const p = y * step + x * 3;
      const q = p + step;
      const w11 = right * down;
      const w01 = right - w11;
      const w10 = down - w11;
      const w00 = 1 - right - w10;
      // + 0.5, cut by the store: rounds to nearest
      out[at] = data[p]! * w00 + data[p + 3]! * w01 + data[q]! * w10 + data[q + 3]! * w11 + 0.5;
      out[at + 1] =
        data[p + 1]! * w00 + data[p + 4]! * w01 + data[q + 1]! * w10 + data[q + 4]! * w11 + 0.5;
      out[at + 2] =
        data[p + 2]! * w00 + data[p + 5]! * w01 + data[q + 2]! * w10 + data[q + 5]! * w11 + 0.5;
    } else if (outside !== undefined && (u <= -1 || v <= -1 || u >= width || v >= height)) {
      out[at] = outside[0]!;
      out[at + 1] = outside[1]!;
      out[at + 2] = outside[2]!;
    } else {
      const x = Math.floor(u);
      const y = Math.floor(v);
      for (let c = 0; c < 3; c++) out[at + c] = blend(pixel, x, y, c, u - x, v - y);
    }
  }
}

function sampleRow(
  raster: Raster,
  sourceX: Float32Array,
  sourceY: Float32Array,
  out: Uint8Array | Uint16Array,
  start: number,
  pixel: EdgeReader,
): void {
  const { width, height, channels, data } = raster;
  const step = width * channels;
  for (let i = 0, at = start; i < sourceX.length; i++, at += channels) {
    const u = sourceX[i]! - 0.5;
    const v = sourceY[i]! - 0.5;
    const x = Math.floor(u);
    const y = Math.floor(v);
    const right = u - x;
    const down = v - y;
    const isInside = x >= 0 && y >= 0 && x < width - 1 && y < height - 1;
    const p = (y * width + x) * channels;
    for (let c = 0; c < channels; c++) {
      if (isInside) {
        const top = data[p + c]! * (1 - right) + data[p + channels + c]! * right;
        const low = data[p + step + c]! * (1 - right) + data[p + step + channels + c]! * right;
        out[at + c] = top * (1 - down) + low * down + 0.5;
      } else {
        out[at + c] = blend(pixel, x, y, c, right, down);
      }
    }
  }
}

function blend(
  pixel: EdgeReader,
  x: number,
  y: number,
  c: number,
  right: number,
  down: number,
): number {
  const top = pixel(x, y, c) * (1 - right) + pixel(x + 1, y, c) * right;
  const low = pixel(x, y + 1, c) * (1 - right) + pixel(x + 1, y + 1, c) * right;
  return top * (1 - down) + low * down + 0.5;
}

/** Read a whole-image mask through a map, nearest neighbour; outside nothing is set. */
export function warpMask(mask: Mask, map: PixelMap, size: Size): Mask {
  return warpInto({ left: 0, top: 0, mask }, map, size, {
    x1: 0,
    y1: 0,
    x2: size.width,
    y2: size.height,
  });
}

/**
 * Read a placed mask through a map; only the pixels it can reach are looked at. Undefined when nothing
 * of it is left in the output.
 */
export function warpPlacedMask(
  placed: PlacedMask,
  map: PixelMap,
  size: Size,
): PlacedMask | undefined {
  const set = maskBox(placed);
  if (set === undefined) return undefined;
  const box = outputBoxOf(map, set, size);
  if (box.x2 <= box.x1 || box.y2 <= box.y1) return undefined;
  const tight = toPlacedMask(warpInto(placed, map, size, box));
  if (tight === undefined) return undefined;
  return { left: box.x1 + tight.left, top: box.y1 + tight.top, mask: tight.mask };
}

function warpInto(
  placed: PlacedMask,
  map: PixelMap,
  size: Size,
  box: { x1: number; y1: number; x2: number; y2: number },
): Mask {
  const out = createMask({ width: box.x2 - box.x1, height: box.y2 - box.y1 });
  const { left, top, mask } = placed;
  const sourceX = new Float32Array(size.width);
  const sourceY = new Float32Array(size.width);
  for (let y = box.y1; y < box.y2; y++) {
    fillSourceRow(map, y, box.x1, box.x2, sourceX, sourceY);
    const start = (y - box.y1) * out.width;
    for (let i = 0; i < out.width; i++) {
      const x = Math.floor(sourceX[i]!) - left;
      const row = Math.floor(sourceY[i]!) - top;
      if (x < 0 || row < 0 || x >= mask.width || row >= mask.height) continue;
      out.data[start + i] = mask.data[row * mask.width + x]!;
    }
  }
  return out;
}
