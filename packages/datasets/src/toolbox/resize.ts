/**
 * @file Annotations of a data set for images of another size (the interference paper's 600-pixel form).
 *
 * Boxes and polygons are multiplied by the two scales; run lengths are read at the middle of each new
 * pixel (nearest neighbour). The pixels of the images are resized by the caller to `images[i].to`.
 */
import {
  type Box,
  createRle,
  LeukoscopeError,
  type Polygon,
  type Rle,
  runWriter,
  type Size,
} from '@leukoscope/core';
import type { AnnotationRecord, Dataset, ImageRecord, StoredMask } from '../dataset.ts';

/** The size to give: an exact one, or the longer side with the proportions kept. */
export type TargetSize = Size | { readonly longerSide: number };

/** An image to resize. */
export interface ImageResize {
  readonly file: string;
  readonly from: Size;
  readonly to: Size;
}

/** The annotations at the new sizes and what to do with the images. */
export interface ResizePlan {
  readonly dataset: Dataset;
  readonly images: readonly ImageResize[];
}

/** Plan the resizing of a whole data set. */
export function planResize(dataset: Dataset, target: TargetSize): ResizePlan {
  const images: ImageResize[] = [];
  const resized = dataset.images.map((image): ImageRecord => {
    const { size: from, file } = image;
    if (from === undefined) {
      throw new LeukoscopeError(
        'RESIZE_SIZE',
        `every image must have a size to be resized. Received none for ${file}. Import the data set together with its images.`,
      );
    }
    const to = targetOf(from, target);
    images.push({ file, from, to });
    return {
      ...image,
      size: to,
      annotations: image.annotations.map((record) => scaleRecord(record, from, to)),
    };
  });
  return { dataset: { ...dataset, images: resized }, images };
}

function targetOf(from: Size, target: TargetSize): Size {
  if (!('longerSide' in target)) return checkTarget(target);
  const scale = target.longerSide / Math.max(from.width, from.height);
  return checkTarget({
    width: Math.max(1, Math.round(from.width * scale)),
    height: Math.max(1, Math.round(from.height * scale)),
  });
}

function checkTarget(size: Size): Size {
  if (
    [size.width, size.height].every((side) => Number.isInteger(side) && side >= 1 && side <= 65_535)
  )
    return size;
  throw new LeukoscopeError(
    'RESIZE_SIZE',
    `target size must be whole numbers from 1 to 65535. Received ${size.width} x ${size.height}.`,
  );
}

/** Scale one record from one image size to another. */
export function scaleRecord(record: AnnotationRecord, from: Size, to: Size): AnnotationRecord {
  const sx = to.width / from.width;
  const sy = to.height / from.height;
  const { box, mask, nucleus, area } = record;
  return {
    ...record,
    ...(box === undefined ? {} : { box: scaleBox(box, sx, sy) }),
    ...(mask === undefined ? {} : { mask: scaleMask(mask, to, sx, sy) }),
    ...(nucleus === undefined ? {} : { nucleus: scaleMask(nucleus, to, sx, sy) }),
    ...(area === undefined ? {} : { area: area * sx * sy }),
  };
}

function scaleBox({ x1, y1, x2, y2 }: Box, sx: number, sy: number): Box {
  return { x1: x1 * sx, y1: y1 * sy, x2: x2 * sx, y2: y2 * sy };
}

function scaleMask(mask: StoredMask, to: Size, sx: number, sy: number): StoredMask {
  if (mask.kind === 'rle') return { kind: 'rle', rle: scaleRle(mask.rle, to) };
  const scaleRing = (ring: readonly number[]) =>
    ring.map((value, i) => value * (i % 2 === 0 ? sx : sy));
  const polygons = mask.polygons.map(
    ({ outer, holes }): Polygon =>
      holes === undefined
        ? { outer: scaleRing(outer) }
        : { outer: scaleRing(outer), holes: holes.map(scaleRing) },
  );
  return { kind: 'polygons', polygons };
}

/** Read run lengths at the middle of each pixel of another size, column by column. */
export function scaleRle(rle: Rle, to: Size): Rle {
  if (rle.width * rle.height === 0) return createRle(to, [to.width * to.height]);
  const columns = columnRuns(rle);
  const writer = runWriter(to);
  const sy = to.height / rle.height;
  for (let x = 0; x < to.width; x++) {
    const source = Math.min(rle.width - 1, Math.floor(((x + 0.5) * rle.width) / to.width));
    for (const [start, end] of columns[source]!) {
      // New row y reads row floor((y + 1/2) / sy): the first at or past `start` is ceil(start sy - 1/2).
      const first = Math.max(0, Math.ceil(start * sy - 0.5));
      const last = Math.min(to.height, Math.ceil(end * sy - 0.5));
      writer.run(x * to.height + first, x * to.height + last);
    }
  }
  return writer.finish();
}

/** Cut the runs at the ends of the columns. */
function columnRuns(rle: Rle): [number, number][][] {
  const columns: [number, number][][] = Array.from({ length: rle.width }, () => []);
  let position = 0;
  rle.counts.forEach((count, i) => {
    const end = position + count;
    while (i % 2 === 1 && position < end) {
      const column = Math.floor(position / rle.height);
      const stop = Math.min(end, (column + 1) * rle.height);
      columns[column]!.push([position - column * rle.height, stop - column * rle.height]);
      position = stop;
    }
    position = end;
  });
  return columns;
}
