/** @file Cuts a box out of a raster or mask; what lies outside the image is padded. */
import { type Box, checkSize, createMask, type Mask, type Raster } from '@leukoscope/core';

/** Options of `cropRaster`. */
export interface CropOptions {
  /** Value per channel for pixels outside the image. @default 0 in every channel */
  readonly padding?: readonly number[];
}

/** Cut out a box of whole pixels; it may reach outside the image. */
export function cropRaster(raster: Raster, box: Box, options: CropOptions = {}): Raster {
  const size = sizeOf(box);
  const { channels } = raster;
  const { padding = new Array<number>(channels).fill(0) } = options;
  const length = size.width * size.height * channels;
  const data = raster.bitDepth === 8 ? new Uint8Array(length) : new Uint16Array(length);
  if (padding.some((value) => value !== 0) && reachesOutside(raster, box)) {
    for (let i = 0; i < length; i++) data[i] = padding[i % channels] ?? 0;
  }
  copyRows(raster, raster.data, data, box, channels);
  return { ...size, channels, bitDepth: raster.bitDepth, data };
}

/** Cut a box of whole pixels out of a mask; outside the mask nothing is set. */
export function cropMask(mask: Mask, box: Box): Mask {
  const cut = createMask(sizeOf(box));
  copyRows(mask, mask.data, cut.data, box, 1);
  return cut;
}

function sizeOf(box: Box) {
  const size = { width: box.x2 - box.x1, height: box.y2 - box.y1 };
  checkSize(size);
  return size;
}

function reachesOutside(size: { width: number; height: number }, box: Box): boolean {
  return box.x1 < 0 || box.y1 < 0 || box.x2 > size.width || box.y2 > size.height;
}

function copyRows(
  size: { width: number; height: number },
  from: Uint8Array | Uint16Array,
  to: Uint8Array | Uint16Array,
  box: Box,
  channels: number,
): void {
  const x1 = Math.max(0, box.x1);
  const x2 = Math.min(size.width, box.x2);
  if (x2 <= x1) return;
  for (let y = Math.max(0, box.y1); y < Math.min(size.height, box.y2); y++) {
    const start = (y * size.width + x1) * channels;
    const row = from.subarray(start, start + (x2 - x1) * channels);
    to.set(row, ((y - box.y1) * (box.x2 - box.x1) + x1 - box.x1) * channels);
  }
}
