/**
 * @file COCO precision of a detector in pixels of the images, and how well it finds cells whatever their type.
 *
 * A cell whose type is not one class exactly counts for finding; for typing, detections on it count neither
 * way, as on a crowd.
 */
import {
  type Box,
  type CellClass,
  type Detection,
  encodePlacedRle,
  maskBox,
  type Rle,
  type Sample,
} from '@leukoscope/core';
import {
  averagePrecision,
  type CocoEvaluation,
  type DetectedCell,
  type EvaluatedImage,
  evaluateCoco,
  type GroundTruthCell,
  precisionAtRecallPoints,
} from '@leukoscope/metrics';
import { allowedByLabel } from '@leukoscope/models';
import type { Measure } from './measurement.ts';

/** What is kept of a picture. */
export interface JudgedBoxes {
  readonly typed: EvaluatedImage;
  readonly placed: EvaluatedImage;
  /** All its cells are outlined. */
  readonly isOutlined: boolean;
}

/** Measure boxes, and with `withMasks` outlines too, on pictures whose cells are all outlined. */
export function measureBoxes(
  classes: readonly CellClass[],
  options: { readonly withMasks?: boolean } = {},
): Measure<readonly Detection[], JudgedBoxes> {
  const { withMasks = false } = options;
  return {
    judge({ raster, annotations }: Sample, findings) {
      const size = { width: raster.width, height: raster.height };
      // Named by its place when pictures are summed up: one may be drawn twice.
      const id = '';
      const detections = findings.map(
        ({ box, score, classIndex, mask }): DetectedCell => ({
          box,
          score,
          classIndex,
          ...(withMasks ? { mask: encodePlacedRle(mask ?? nothing, size) } : {}),
        }),
      );
      const cells = annotations.flatMap(
        ({ box, mask, cellClass, isCrowd = false }): PlacedCell[] => {
          const place = box ?? (mask && maskBox(mask));
          if (place === undefined) return [];
          return [{ place, cellClass, isCrowd, mask: mask && encodePlacedRle(mask, size) }];
        },
      );
      const typed = {
        id,
        size,
        detections,
        groundTruth: cells.flatMap((cell) => byType(cell, classes)),
      };
      const groundTruth = cells.flatMap(({ place, cellClass, isCrowd }) =>
        cellClass !== undefined && !allowedByLabel(cellClass, classes).includes(true)
          ? []
          : [{ box: place, classIndex: 0, isCrowd }],
      );
      const isOutlined = withMasks && cells.every(({ mask }) => mask !== undefined);
      return { typed, placed: { id, size, detections, groundTruth }, isOutlined };
    },
    each: () => ({}),
    summarise(judged) {
      const named = (images: readonly EvaluatedImage[]) =>
        images.map((image, i) => ({ ...image, id: String(i) }));
      const typed = named(judged.map((one) => one.typed));
      const placed = named(judged.map((one) => one.placed));
      const outlined = typed.filter((_, i) => judged[i]!.isOutlined);
      const all = evaluateCoco({ classNames: classes, images: typed });
      const places = evaluateCoco({ classNames: classes, images: placed }, { classAgnostic: true });
      const scoreThreshold = bestThreshold(places);
      const at = (evaluation: CocoEvaluation, iouThreshold?: number) =>
        averagePrecision(evaluation, iouThreshold === undefined ? {} : { iouThreshold }) ??
        Number.NaN;
      const masks = evaluateCoco({ classNames: classes, images: outlined }, { overlap: 'mask' });
      return {
        values: {
          ...(withMasks ? { maskAP: at(masks), maskAP50: at(masks, 0.5) } : {}),
          AP: at(all),
          AP50: at(all, 0.5),
          AP75: at(all, 0.75),
          placeAP50: at(places, 0.5),
        },
        ...(scoreThreshold === undefined ? {} : { scoreThreshold }),
      };
    },
  };
}

interface PlacedCell {
  readonly place: Box;
  readonly cellClass: CellClass | undefined;
  readonly isCrowd: boolean;
  readonly mask: Rle | undefined;
}

/** The outline of a finding that has none: it overlaps with nothing. */
const nothing = { left: 0, top: 0, mask: { width: 1, height: 1, data: new Uint8Array(1) } };

/** The score at the highest F1 = 2 P R / (P + R) of places at IoU .5; undefined where nothing is found. */
function bestThreshold(places: CocoEvaluation): number | undefined {
  const selection = { iouThreshold: 0.5 };
  const precision = precisionAtRecallPoints(places, 0, selection);
  if (precision === null) return undefined;
  const { recallThresholds, scores, areaRanges, maxDetections } = places;
  let best = { f1: 0, score: 0 };
  precision.forEach((p, r) => {
    const recall = recallThresholds[r]!;
    const f1 = p + recall === 0 ? 0 : (2 * p * recall) / (p + recall);
    // [T, R, K = 1, A, M]: the first threshold is .5, the first range all sizes, the last limit counts.
    const score = scores[r * areaRanges.length * maxDetections.length + maxDetections.length - 1]!;
    if (f1 > best.f1) best = { f1, score };
  });
  // Rounded down, so that the detection whose score this is passes.
  return best.f1 === 0 ? undefined : Math.floor(best.score * 1e4) / 1e4;
}

function byType(
  { place, cellClass, isCrowd, mask }: PlacedCell,
  classes: readonly CellClass[],
): GroundTruthCell[] {
  const allowed =
    cellClass === undefined ? classes.map(() => true) : allowedByLabel(cellClass, classes);
  const isOne = allowed.filter(Boolean).length === 1;
  return allowed.flatMap((isAllowed, classIndex) =>
    isAllowed ? [{ box: place, classIndex, mask, isCrowd: isCrowd || !isOne }] : [],
  );
}
