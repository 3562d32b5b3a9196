/**
 * @file Run-length encoded masks as COCO defines them, and their algebra without decoding.
 *
 * Runs go down the columns (column-major, as in pycocotools), alternate between 0 and 1 and begin
 * with zeros: `counts[0]` may be 0. The sum of the counts is width * height. Reference: maskApi.c.
 */
import { LeukoscopeError } from '../errors.ts';
import type { Box } from '../boxes/boxes.ts';
import type { Size } from '../raster.ts';
import { createMask, type Mask, type PlacedMask } from './mask.ts';

/** A mask as run lengths. */
export interface Rle extends Size {
  readonly counts: Uint32Array;
}

/** Wrap counts, checking that they fill the size exactly. */
export function createRle(size: Size, counts: ArrayLike<number>): Rle {
  if (!isSide(size.width) || !isSide(size.height)) {
    throw new LeukoscopeError(
      'RLE_SIZE',
      `width and height must be integers from 0 to 2^31 - 1. Received ${size.width} x ${size.height}.`,
    );
  }
  let sum = 0;
  for (let i = 0; i < counts.length; i++) {
    const count = counts[i]!;
    if (!Number.isInteger(count) || count < 0 || count > 0xffffffff) {
      throw new LeukoscopeError(
        'RLE_COUNT',
        `counts[${i}] must be an integer from 0 to 2^32 - 1. Received ${count}.`,
      );
    }
    sum += count;
  }
  if (sum !== size.width * size.height) {
    throw new LeukoscopeError(
      'RLE_SUM',
      `counts must sum to width * height = ${size.width * size.height}. Received ${sum}.`,
    );
  }
  return { width: size.width, height: size.height, counts: Uint32Array.from(counts) };
}

/** Encode a mask. */
export function encodeRle(mask: Mask): Rle {
  return encodePlacedRle({ left: 0, top: 0, mask }, mask);
}

/** Encode a placed mask as a mask of the whole image; what lies outside the image is cut off. */
export function encodePlacedRle(placed: PlacedMask, size: Size): Rle {
  const { left, top, mask } = placed;
  const { width, height, data } = mask;
  const fromX = Math.max(0, -left);
  const toX = Math.min(width, size.width - left);
  const fromY = Math.max(0, -top);
  const toY = Math.min(height, size.height - top);
  const writer = runWriter(size);
  for (let x = fromX; x < toX; x++) {
    const column = (left + x) * size.height + top;
    for (let y = fromY; y < toY; y++) {
      if (data[y * width + x] === 0) continue;
      const start = y;
      while (y < toY && data[y * width + x] !== 0) y++;
      writer.run(column + start, column + y);
    }
  }
  return writer.finish();
}

/** Decode to a mask of the whole image. */
export function decodeRle(rle: Rle): Mask {
  const mask = createMask(rle);
  const { width, height, data } = { ...rle, data: mask.data };
  forEachRun(rle, (start, end) => {
    let x = Math.floor(start / height);
    let y = start - x * height;
    for (let i = start; i < end; i++) {
      data[y * width + x] = 1;
      if (++y === height) {
        y = 0;
        x++;
      }
    }
  });
  return mask;
}

/** Decode to the small mask of the set pixels; undefined when none is set. */
export function decodePlacedRle(rle: Rle): PlacedMask | undefined {
  const box = rleBox(rle);
  if (box === undefined) return undefined;
  const mask = createMask({ width: box.x2 - box.x1, height: box.y2 - box.y1 });
  forEachRun(rle, (start, end) => {
    let x = Math.floor(start / rle.height);
    let y = start - x * rle.height;
    for (let i = start; i < end; i++) {
      mask.data[(y - box.y1) * mask.width + (x - box.x1)] = 1;
      if (++y === rle.height) {
        y = 0;
        x++;
      }
    }
  });
  return { left: box.x1, top: box.y1, mask };
}

/** Count the pixels that are set. */
export function rleArea(rle: Rle): number {
  let area = 0;
  for (let i = 1; i < rle.counts.length; i += 2) area += rle.counts[i]!;
  return area;
}

/** Return the tight box around the set pixels, or undefined when none is set. */
export function rleBox(rle: Rle): Box | undefined {
  const h = rle.height;
  let x1 = Number.POSITIVE_INFINITY;
  let x2 = -1;
  let y1 = h;
  let y2 = -1;
  forEachRun(rle, (start, end) => {
    const firstColumn = Math.floor(start / h);
    const lastColumn = Math.floor((end - 1) / h);
    if (firstColumn < x1) x1 = firstColumn;
    if (lastColumn > x2) x2 = lastColumn;
    // A run over a column's end covers the last row there and the first row of the next column.
    y1 = Math.min(y1, firstColumn === lastColumn ? start - firstColumn * h : 0);
    y2 = Math.max(y2, firstColumn === lastColumn ? end - 1 - lastColumn * h : h - 1);
  });
  return x2 < 0 ? undefined : { x1, y1, x2: x2 + 1, y2: y2 + 1 };
}

/** Call back for every run of ones with its first position and the one past its last, column-major. */
export function forEachRun(rle: Rle, visit: (start: number, end: number) => void): void {
  let position = 0;
  const { counts } = rle;
  for (let i = 0; i < counts.length; i++) {
    const end = position + counts[i]!;
    if ((i & 1) === 1 && end > position) visit(position, end);
    position = end;
  }
}

/** Collect runs of ones in rising order into an RLE; runs that touch are joined. */
export function runWriter(size: Size) {
  const counts: number[] = [];
  let position = 0;
  return {
    run(start: number, end: number): void {
      if (end <= start) return;
      if (start === position && counts.length > 0) counts[counts.length - 1]! += end - start;
      else counts.push(start - position, end - start);
      position = end;
    },
    finish(): Rle {
      const rest = size.width * size.height - position;
      if (rest > 0 || counts.length === 0) counts.push(rest);
      return { width: size.width, height: size.height, counts: Uint32Array.from(counts) };
    },
  };
}

function isSide(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value < 2 ** 31;
}
