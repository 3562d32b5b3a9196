/** @file Conversions between box conventions: xyxy (ours), xywh (COCO), cxcywh relative (YOLO text). */
import type { Size } from '../raster.ts';
import type { Box } from './boxes.ts';

/** Convert corner and size (COCO `bbox`) to xyxy. */
export function xywhToBox(xywh: readonly [number, number, number, number]): Box {
  const [x, y, width, height] = xywh;
  return { x1: x, y1: y, x2: x + width, y2: y + height };
}

/** Convert xyxy to corner and size (COCO `bbox`). */
export function boxToXywh(box: Box): [number, number, number, number] {
  return [box.x1, box.y1, box.x2 - box.x1, box.y2 - box.y1];
}

/** Convert centre and size, divided by the image's size (YOLO text), to xyxy pixels. */
export function cxcywhRelativeToBox(
  cxcywh: readonly [number, number, number, number],
  size: Size,
): Box {
  const [cx, cy, width, height] = cxcywh;
  return {
    x1: (cx - width / 2) * size.width,
    y1: (cy - height / 2) * size.height,
    x2: (cx + width / 2) * size.width,
    y2: (cy + height / 2) * size.height,
  };
}

/** Convert xyxy pixels to centre and size divided by the image's size (YOLO text). */
export function boxToCxcywhRelative(box: Box, size: Size): [number, number, number, number] {
  return [
    (box.x1 + box.x2) / 2 / size.width,
    (box.y1 + box.y2) / 2 / size.height,
    (box.x2 - box.x1) / size.width,
    (box.y2 - box.y1) / size.height,
  ];
}
