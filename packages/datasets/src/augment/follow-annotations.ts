/**
 * @file Moves annotations along with their pixels.
 *
 * Masks are read through the very map of the picture, and boxes are taken from the moved mask. A box
 * without mask is moved as the ellipse inside it (or its corners) and the tight box around that is
 * taken. Cells of which less than `minVisibleShare` shows are dropped; those below `completeShare`
 * are flagged incomplete. Annotations without box and mask are about the whole image and stay.
 */
import {
  type Annotation,
  type Box,
  boxArea,
  clipBox,
  maskArea,
  maskBox,
  type PlacedMask,
  type Point,
  type Size,
} from '@leukoscope/core';
import {
  invertAffine,
  mapBox,
  mapPoint,
  outputBoxOf,
  type PixelMap,
  warpPlacedMask,
} from '@leukoscope/image';
import type { AugmentedAnnotation } from './augmented-sample.ts';

/** The rules of following. */
export interface FollowRules {
  readonly minVisibleShare: number;
  readonly completeShare: number;
  readonly boxShape: 'ellipse' | 'corners';
}

/** Move annotations through a map into an output of a given size. */
export function followAnnotations(
  annotations: readonly AugmentedAnnotation[],
  map: PixelMap,
  size: Size,
  rules: FollowRules,
): AugmentedAnnotation[] {
  return annotations.flatMap((annotation) => {
    if (annotation.mask !== undefined)
      return followMask(annotation, annotation.mask, map, size, rules);
    if (annotation.box !== undefined)
      return followBox(annotation, annotation.box, map, size, rules);
    return [annotation];
  });
}

/** Give annotations of a sample their origin. */
export function withOrigin(
  annotations: readonly Annotation[],
  sample: number,
): AugmentedAnnotation[] {
  return annotations.map((annotation, i) => ({ ...annotation, from: { sample, annotation: i } }));
}

function followMask(
  annotation: AugmentedAnnotation,
  mask: PlacedMask,
  map: PixelMap,
  size: Size,
  rules: FollowRules,
): AugmentedAnnotation[] {
  const moved = warpPlacedMask(mask, map, size);
  const box = moved === undefined ? undefined : maskBox(moved);
  if (moved === undefined || box === undefined) return [];
  // The area of a whole cell after an affine map; the elastic part changes areas by little, and only
  // cells that reach the border are measured against it.
  const [a, b, , d, e] = map.toSource;
  const whole = maskArea(mask.mask) / Math.abs(a * e - b * d);
  const reachesBorder = !isInside(outputBoxOf(map, maskBox(mask)!, { ...infinite }), size);
  const share = reachesBorder ? Math.min(1, maskArea(moved.mask) / whole) : 1;
  return keep({ ...annotation, mask: moved, box }, share, rules);
}

const infinite: Size = { width: Number.MAX_SAFE_INTEGER, height: Number.MAX_SAFE_INTEGER };

/** `outputBoxOf` clips at 0 too, so touching the left or top edge counts as reaching it. */
function isInside(box: Box, size: Size): boolean {
  return box.x1 > 0 && box.y1 > 0 && box.x2 <= size.width && box.y2 <= size.height;
}

function followBox(
  annotation: AugmentedAnnotation,
  box: Box,
  map: PixelMap,
  size: Size,
  rules: FollowRules,
): AugmentedAnnotation[] {
  // A crowd fills its box, corners too.
  const shape = annotation.isCrowd === true ? 'corners' : rules.boxShape;
  const whole = moveBox(box, map, shape);
  const visible = clipBox(whole, size);
  // A region of many cells is one however little of it shows.
  if (annotation.isCrowd === true && boxArea(visible) > 0) return [{ ...annotation, box: visible }];
  const area = boxArea(whole);
  const share = area === 0 ? 0 : boxArea(visible) / area;
  if (boxArea(visible) === 0) return [];
  return keep({ ...annotation, box: visible }, share, rules);
}

function keep(
  annotation: AugmentedAnnotation,
  share: number,
  rules: FollowRules,
): AugmentedAnnotation[] {
  if (share < rules.minVisibleShare) return [];
  return share < rules.completeShare ? [{ ...annotation, isIncomplete: true }] : [annotation];
}

/** Return the box around a moved box; it may reach outside the output. */
export function moveBox(box: Box, map: PixelMap, shape: 'ellipse' | 'corners'): Box {
  const toOutput = invertAffine(map.toSource);
  if (map.displacement === undefined && shape === 'corners') return mapBox(toOutput, box);
  const centre = { x: (box.x1 + box.x2) / 2, y: (box.y1 + box.y2) / 2 };
  const halfX = (box.x2 - box.x1) / 2;
  const halfY = (box.y2 - box.y1) / 2;
  if (map.displacement === undefined) {
    // Half extents of a mapped ellipse: sqrt((a rx)^2 + (b ry)^2) and sqrt((d rx)^2 + (e ry)^2)
    const [a, b, , d, e] = toOutput;
    const { x, y } = mapPoint(toOutput, centre);
    const reachX = Math.hypot(a * halfX, b * halfY);
    const reachY = Math.hypot(d * halfX, e * halfY);
    return { x1: x - reachX, y1: y - reachY, x2: x + reachX, y2: y + reachY };
  }
  const points = outlineOf(centre, halfX, halfY, shape).map((point) => toOutputPoint(map, point));
  const xs = points.map((point) => point.x);
  const ys = points.map((point) => point.y);
  return { x1: Math.min(...xs), y1: Math.min(...ys), x2: Math.max(...xs), y2: Math.max(...ys) };
}

/** 64 points on the ellipse or on the sides of the box; the ellipse is missed by 0.1 % at most. */
function outlineOf(
  centre: Point,
  halfX: number,
  halfY: number,
  shape: 'ellipse' | 'corners',
): Point[] {
  return Array.from({ length: 64 }, (_, i) => {
    const angle = (i / 32) * Math.PI;
    const cos = Math.cos(angle);
    const sin = Math.sin(angle);
    // A square is a circle measured by its larger coordinate.
    const stretch = shape === 'ellipse' ? 1 : 1 / Math.max(Math.abs(cos), Math.abs(sin));
    return { x: centre.x + halfX * cos * stretch, y: centre.y + halfY * sin * stretch };
  });
}

/**
 * Where a source point appears in the output: the map says source = A(p) + D(p); solve for p by the
 * fixed point p <- A^-1(source - D(p)), which converges because fields bend less than one pixel a pixel.
 */
export function toOutputPoint(map: PixelMap, source: Point): Point {
  const toOutput = invertAffine(map.toSource);
  let point = mapPoint(toOutput, source);
  const field = map.displacement;
  if (field === undefined) return point;
  for (let step = 0; step < 6; step++) {
    const { x, y } = shiftAt(field, point);
    point = mapPoint(toOutput, { x: source.x - x, y: source.y - y });
  }
  return point;
}

function shiftAt(field: NonNullable<PixelMap['displacement']>, point: Point): Point {
  const { spacing, columns, rows, dx, dy } = field;
  const gridX = Math.min(Math.max(point.x / spacing, 0), columns - 1.001);
  const gridY = Math.min(Math.max(point.y / spacing, 0), rows - 1.001);
  const column = Math.floor(gridX);
  const row = Math.floor(gridY);
  const right = gridX - column;
  const down = gridY - row;
  const i = row * columns + column;
  const read = (values: Float32Array) =>
    (values[i]! * (1 - right) + values[i + 1]! * right) * (1 - down) +
    (values[i + columns]! * (1 - right) + values[i + columns + 1]! * right) * down;
  return { x: read(dx), y: read(dy) };
}
