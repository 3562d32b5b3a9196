/**
 * @file What a person drew -> what is stored: a box, and a mask as COCO run lengths of the whole field.
 *
 * Freehand lines cross themselves where they close. Only the largest piece is meant, without the holes
 * that crossing lines leave, so that one stroke always gives one filled shape.
 */
import type { MaskJson } from '@leukoscope/contract';
import {
  type Box,
  decodePlacedRle,
  maskToPolygons,
  polygonsToRle,
  type Ring,
  ringArea,
  ringToRle,
  rleArea,
  rleBox,
  rleToString,
  type Size,
} from '@leukoscope/core';

/** The shape of a cell as it is stored. */
export interface CellShape {
  readonly box: Box;
  readonly mask: MaskJson | null;
}

/** Smallest side and area that can be a cell; less is a slip of the hand. */
export const smallestSide = 4;
const smallestArea = 12;

/** Make the stored shape of a closed line; undefined when too little of it lies in the field. */
export function shapeOfRing(ring: Ring, field: Size): CellShape | undefined {
  if (ring.length < 6) return undefined;
  const rle = largestPiece(ringToRle(ring, field), field);
  const box = rle === undefined ? undefined : rleBox(rle);
  if (rle === undefined || box === undefined || !isLargeEnough(box)) return undefined;
  if (rleArea(rle) < smallestArea) return undefined;
  return { box, mask: { width: field.width, height: field.height, counts: rleToString(rle) } };
}

/** Make the stored shape of two opposite corners; undefined when too little of it lies in the field. */
export function shapeOfBox(box: Box, field: Size): CellShape | undefined {
  const inside = {
    x1: Math.max(0, Math.min(box.x1, box.x2)),
    y1: Math.max(0, Math.min(box.y1, box.y2)),
    x2: Math.min(field.width, Math.max(box.x1, box.x2)),
    y2: Math.min(field.height, Math.max(box.y1, box.y2)),
  };
  return isLargeEnough(inside) ? { box: roundBox(inside), mask: null } : undefined;
}

function largestPiece(rle: ReturnType<typeof ringToRle>, field: Size) {
  const placed = decodePlacedRle(rle);
  if (placed === undefined) return undefined;
  let largest: Ring | undefined;
  for (const { outer } of maskToPolygons(placed)) {
    if (largest === undefined || ringArea(outer) > ringArea(largest)) largest = outer;
  }
  return largest === undefined ? undefined : polygonsToRle([{ outer: largest }], field);
}

function isLargeEnough({ x1, y1, x2, y2 }: Box): boolean {
  return x2 - x1 >= smallestSide && y2 - y1 >= smallestSide;
}

/** A hundredth of a pixel is more than a hand can place. */
function roundBox(box: Box): Box {
  const round = (value: number) => Math.round(value * 100) / 100;
  return { x1: round(box.x1), y1: round(box.y1), x2: round(box.x2), y2: round(box.y2) };
}
