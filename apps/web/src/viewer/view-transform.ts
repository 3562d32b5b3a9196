/**
 * @file Image pixels <-> pixels of the viewer's element.
 *
 * `screen = image * scale + offset`, in CSS pixels from the element's top-left corner. The viewer never
 * turns or mirrors a field, so one scale and one offset say everything.
 */
import type { Box, Point, Size } from '@leukoscope/core';

/** How the image lies in the viewer. */
export interface ViewTransform {
  /** CSS pixels a pixel of the image takes. */
  readonly scale: number;
  readonly offsetX: number;
  readonly offsetY: number;
}

/** Where an image point is seen. */
export function toScreen(view: ViewTransform, point: Point): Point {
  return { x: point.x * view.scale + view.offsetX, y: point.y * view.scale + view.offsetY };
}

/** Which image point is seen at a place. */
export function toImage(view: ViewTransform, point: Point): Point {
  return { x: (point.x - view.offsetX) / view.scale, y: (point.y - view.offsetY) / view.scale };
}

/** Where a box of the image is seen. */
export function boxOnScreen(view: ViewTransform, box: Box): Box {
  const from = toScreen(view, { x: box.x1, y: box.y1 });
  const to = toScreen(view, { x: box.x2, y: box.y2 });
  return { x1: from.x, y1: from.y, x2: to.x, y2: to.y };
}

/** The part of the image plane that an element of this size shows. */
export function visibleBox(view: ViewTransform, element: Size): Box {
  const from = toImage(view, { x: 0, y: 0 });
  const to = toImage(view, { x: element.width, y: element.height });
  return { x1: from.x, y1: from.y, x2: to.x, y2: to.y };
}

/** Tell whether two boxes share an area or an edge. */
export function boxesTouch(a: Box, b: Box): boolean {
  return a.x1 <= b.x2 && b.x1 <= a.x2 && a.y1 <= b.y2 && b.y1 <= a.y2;
}

/** Widen a box on every side to `times` its size. */
export function widenBox(box: Box, times: number): Box {
  const dx = ((box.x2 - box.x1) * (times - 1)) / 2;
  const dy = ((box.y2 - box.y1) * (times - 1)) / 2;
  return { x1: box.x1 - dx, y1: box.y1 - dy, x2: box.x2 + dx, y2: box.y2 + dy };
}

/** Move a point into the image. */
export function clampPoint(point: Point, image: Size): Point {
  return {
    x: Math.min(Math.max(point.x, 0), image.width),
    y: Math.min(Math.max(point.y, 0), image.height),
  };
}
