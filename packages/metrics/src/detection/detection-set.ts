/**
 * @file What every detection metric takes: images, each with its ground truth and its detections.
 *
 * Boxes are xyxy pixels, half-open. Masks are run-length codes of the whole image (`encodeRle`,
 * `rleFromPlacedMask` of core make them). The order of the images and of the entries within an image
 * breaks ties between equal scores, so importers of COCO files hand the images over sorted by id.
 */
import { type Box, LeukoscopeError, type Rle, type Size } from '@leukoscope/core';

/** One annotated cell, or (`isCrowd`) a region of many cells that are not told apart. */
export interface GroundTruthCell {
  readonly box: Box;
  /** 0..K-1 into `classNames`. */
  readonly classIndex: number;
  readonly mask?: Rle | undefined;
  /** A detection that matches only a crowd region counts neither for nor against the detector. */
  readonly isCrowd?: boolean | undefined;
  /** Pixels, decides the size range. @default the mask's area, or without a mask the box's */
  readonly area?: number | undefined;
}

/** One detection. */
export interface DetectedCell {
  readonly box: Box;
  readonly score: number;
  /** 0..K-1 into `classNames`. */
  readonly classIndex: number;
  readonly mask?: Rle | undefined;
  /**
   * Pixels, decides the size range of a spurious detection. pycocotools takes the box's area, also when
   * it compares masks, unless the results carry no boxes: then hand over the mask's area here.
   * @default the box's area
   */
  readonly area?: number | undefined;
}

/** One image with both sides. */
export interface EvaluatedImage {
  /** Name or number of the image, for per-image tables and error messages. */
  readonly id: string;
  readonly size: Size;
  readonly groundTruth: readonly GroundTruthCell[];
  readonly detections: readonly DetectedCell[];
}

/** Everything that a detection metric needs. */
export interface DetectionSet {
  readonly classNames: readonly string[];
  readonly images: readonly EvaluatedImage[];
}

/** What is compared: boxes or masks. */
export type OverlapKind = 'box' | 'mask';

/** Throw unless classes, scores, boxes and (for masks) masks can be measured. */
export function checkDetectionSet(set: DetectionSet, kind: OverlapKind): void {
  const classCount = set.classNames.length;
  for (const image of set.images) {
    for (const cell of image.groundTruth) checkCell(cell, 'ground truth', image, classCount, kind);
    for (const cell of image.detections) {
      checkCell(cell, 'detection', image, classCount, kind);
      if (!Number.isFinite(cell.score)) {
        throw new LeukoscopeError(
          'METRICS_SCORE',
          `score must be a finite number. Received ${cell.score} in image ${image.id}. Leave such detections out.`,
        );
      }
    }
  }
}

function checkCell(
  cell: GroundTruthCell | DetectedCell,
  role: string,
  image: EvaluatedImage,
  classCount: number,
  kind: OverlapKind,
): void {
  const { box, classIndex, mask } = cell;
  if (!Number.isInteger(classIndex) || classIndex < 0 || classIndex >= classCount) {
    throw new LeukoscopeError(
      'METRICS_CLASS_INDEX',
      `classIndex of a ${role} must be a whole number below ${classCount}, the number of class names. Received ${classIndex} in image ${image.id}. Map foreign classes by name first.`,
    );
  }
  // NaN fails every comparison, so a broken corner would silently match nothing.
  if (!(box.x2 >= box.x1 && box.y2 >= box.y1)) {
    throw new LeukoscopeError(
      'METRICS_BOX',
      `box of a ${role} must have x2 >= x1 and y2 >= y1. Received ${JSON.stringify(box)} in image ${image.id}. Repair or leave out the record.`,
    );
  }
  if (kind !== 'mask') return;
  if (mask === undefined) {
    throw new LeukoscopeError(
      'METRICS_MASK_MISSING',
      `mask of each ${role} must be present to compare masks. Received none in image ${image.id}. Compare boxes, or add masks.`,
    );
  }
  if (mask.width !== image.size.width || mask.height !== image.size.height) {
    throw new LeukoscopeError(
      'METRICS_MASK_SIZE',
      `mask of a ${role} must have the size of its image, ${image.size.width}x${image.size.height}. Received ${mask.width}x${mask.height} in image ${image.id}. Encode the mask over the whole image.`,
    );
  }
}
