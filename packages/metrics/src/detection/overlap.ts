/**
 * @file How much detections and ground truth of one image overlap.
 *
 * IoU = |D ∩ G| / |D ∪ G|. Against a crowd region the union is the detection alone,
 * |D ∩ G| / |D|, so that one cell inside a large crowd overlaps it fully (pycocotools).
 */
import {
  type Box,
  boxArea,
  LeukoscopeError,
  pairwiseRleIou,
  type Rle,
  rleArea,
} from '@leukoscope/core';
import type { DetectedCell, GroundTruthCell, OverlapKind } from './detection-set.ts';

/** Compute the overlaps, row-major [detections, ground truth], in float64. */
export function pairwiseOverlap(
  detections: readonly DetectedCell[],
  groundTruth: readonly GroundTruthCell[],
  kind: OverlapKind,
): Float64Array {
  if (kind === 'mask') {
    return pairwiseRleIou(
      detections.map(maskOf),
      groundTruth.map(maskOf),
      groundTruth.map((cell) => cell.isCrowd === true),
    );
  }
  const overlaps = new Float64Array(detections.length * groundTruth.length);
  let at = 0;
  for (const { box } of detections) {
    for (const truth of groundTruth) {
      overlaps[at++] = boxOverlap(box, truth.box, truth.isCrowd === true);
    }
  }
  return overlaps;
}

/** Return the area that decides the size range of a ground truth cell. */
export function truthArea(cell: GroundTruthCell): number {
  if (cell.area !== undefined) return cell.area;
  return cell.mask === undefined ? boxArea(cell.box) : rleArea(cell.mask);
}

/** Return the area that decides the size range of a detection: its box's, also when masks are compared. */
export function detectionArea(cell: DetectedCell): number {
  return cell.area ?? boxArea(cell.box);
}

function boxOverlap(detection: Box, truth: Box, isCrowd: boolean): number {
  const width = Math.min(detection.x2, truth.x2) - Math.max(detection.x1, truth.x1);
  if (width <= 0) return 0;
  const height = Math.min(detection.y2, truth.y2) - Math.max(detection.y1, truth.y1);
  if (height <= 0) return 0;
  const shared = width * height;
  const union = isCrowd ? boxArea(detection) : boxArea(detection) + boxArea(truth) - shared;
  return shared / union;
}

function maskOf(cell: { readonly mask?: Rle | undefined }): Rle {
  if (cell.mask !== undefined) return cell.mask;
  throw new LeukoscopeError('METRICS_MASK_MISSING', 'internal: masks are checked at the door.');
}
