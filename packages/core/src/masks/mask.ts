/**
 * @file Binary rasters (0 or 1, one byte a pixel, row-major) and masks placed in an image.
 *
 * An instance's mask is kept as the small mask of its surroundings with the place of its corner,
 * so that a thousand cells of a large image do not need a thousand full rasters.
 */
import { LeukoscopeError } from '../errors.ts';
import type { Size } from '../raster.ts';
import { checkSize } from '../raster.ts';
import type { Box } from '../boxes/boxes.ts';

/** One binary raster: `data[y * width + x]` is 0 or 1. */
export interface Mask extends Size {
  readonly data: Uint8Array;
}

/** A mask whose pixel (0, 0) lies at image pixel (left, top); may reach outside the image. */
export interface PlacedMask {
  readonly left: number;
  readonly top: number;
  readonly mask: Mask;
}

/** Make an empty mask, or wrap data. */
export function createMask(size: Size, data?: Uint8Array): Mask {
  checkSize(size);
  const needed = size.width * size.height;
  if (data !== undefined && data.length !== needed) {
    throw new LeukoscopeError(
      'MASK_LENGTH',
      `data must hold width * height = ${needed} bytes. Received ${data.length}.`,
    );
  }
  return { width: size.width, height: size.height, data: data ?? new Uint8Array(needed) };
}

/** Count the pixels that are set. */
export function maskArea(mask: Mask): number {
  let area = 0;
  for (const pixel of mask.data) area += pixel;
  return area;
}

/** Return the tight box around the set pixels in image pixels, or undefined when none is set. */
export function maskBox(placed: PlacedMask): Box | undefined {
  const { mask, left, top } = placed;
  let x1 = mask.width;
  let y1 = mask.height;
  let x2 = -1;
  let y2 = -1;
  for (let y = 0; y < mask.height; y++) {
    for (let x = 0; x < mask.width; x++) {
      if (mask.data[y * mask.width + x] === 0) continue;
      x1 = Math.min(x1, x);
      x2 = Math.max(x2, x);
      y1 = Math.min(y1, y);
      y2 = Math.max(y2, y);
    }
  }
  if (x2 < 0) return undefined;
  return { x1: left + x1, y1: top + y1, x2: left + x2 + 1, y2: top + y2 + 1 };
}

/** Draw a placed mask into a mask of the whole image. */
export function toImageMask(placed: PlacedMask, size: Size): Mask {
  const full = createMask(size);
  const { mask, left, top } = placed;
  const fromX = Math.max(0, -left);
  const toX = Math.min(mask.width, size.width - left);
  for (let y = Math.max(0, -top); y < Math.min(mask.height, size.height - top); y++) {
    if (toX <= fromX) continue;
    const row = mask.data.subarray(y * mask.width + fromX, y * mask.width + toX);
    full.data.set(row, (top + y) * size.width + left + fromX);
  }
  return full;
}

/** Cut a whole-image mask down to its set pixels; undefined when none is set. */
export function toPlacedMask(mask: Mask): PlacedMask | undefined {
  const box = maskBox({ left: 0, top: 0, mask });
  if (box === undefined) return undefined;
  const small = createMask({ width: box.x2 - box.x1, height: box.y2 - box.y1 });
  for (let y = 0; y < small.height; y++) {
    const from = (box.y1 + y) * mask.width + box.x1;
    small.data.set(mask.data.subarray(from, from + small.width), y * small.width);
  }
  return { left: box.x1, top: box.y1, mask: small };
}
