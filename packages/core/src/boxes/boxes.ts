/**
 * @file Axis-parallel rectangles: xyxy, float pixels of the original image, origin top-left, half-open
 * (width = x2 - x1). Flat `Float32Array` of 4 numbers a box in hot code, `Box` objects at borders.
 */
import { LeukoscopeError } from '../errors.ts';
import type { Size } from '../raster.ts';

/** Flat boxes, N x 4, each x1 y1 x2 y2. */
export type Boxes = Float32Array;

/** One box. */
export interface Box {
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
}

/** Return the area; 0 for a box that is turned inside out. */
export function boxArea(box: Box): number {
  return Math.max(0, box.x2 - box.x1) * Math.max(0, box.y2 - box.y1);
}

/** Compute |A ∩ B| / |A ∪ B| of two boxes; 0 where the union has no area. */
export function boxIou(a: Box, b: Box): number {
  const width = Math.min(a.x2, b.x2) - Math.max(a.x1, b.x1);
  const height = Math.min(a.y2, b.y2) - Math.max(a.y1, b.y1);
  // Two negative sides would multiply to a positive area for boxes that do not touch.
  const overlap = Math.max(0, width) * Math.max(0, height);
  if (overlap === 0) return 0;
  return overlap / (boxArea(a) + boxArea(b) - overlap);
}

/** Cut a box to the image. */
export function clipBox(box: Box, size: Size): Box {
  return {
    x1: clamp(box.x1, size.width),
    y1: clamp(box.y1, size.height),
    x2: clamp(box.x2, size.width),
    y2: clamp(box.y2, size.height),
  };
}

/** Pack boxes flat. */
export function packBoxes(boxes: readonly Box[]): Boxes {
  const flat = new Float32Array(boxes.length * 4);
  boxes.forEach((box, i) => {
    flat.set([box.x1, box.y1, box.x2, box.y2], i * 4);
  });
  return flat;
}

/** Read box `index` of flat boxes. */
export function boxAt(boxes: Boxes, index: number): Box {
  const i = index * 4;
  return { x1: boxes[i]!, y1: boxes[i + 1]!, x2: boxes[i + 2]!, y2: boxes[i + 3]! };
}

/** Throw unless the array holds whole boxes. */
export function checkFlat(boxes: Boxes): void {
  if (boxes.length % 4 === 0) return;
  throw new LeukoscopeError(
    'BOXES_NOT_XYXY',
    `boxes must hold 4 numbers each. Received ${boxes.length} numbers.`,
  );
}

function clamp(value: number, high: number): number {
  return Math.min(Math.max(value, 0), high);
}
