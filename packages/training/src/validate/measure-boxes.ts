/**
 * @file COCO precision of a detector in pixels of the images, and how well it finds cells whatever their type.
 *
 * A cell whose type is not one class exactly counts for finding; for typing, detections on it count neither
 * way, as on a crowd.
 */
import type { Box, CellClass } from '@leukoscope/core';
import { maskBox } from '@leukoscope/core';
import { boxToImage } from '@leukoscope/image';
import {
  averagePrecision,
  type CocoEvaluation,
  type DetectedCell,
  evaluateCoco,
  type EvaluatedImage,
  type GroundTruthCell,
  precisionAtRecallPoints,
} from '@leukoscope/metrics';
import { allowedByLabel } from '@leukoscope/models';
import type { Measurer } from './measurer.ts';
import { floatsOf } from './output-of.ts';

/** Measure boxes. */
export function measureBoxes(classes: readonly CellClass[]): Measurer {
  const typed: EvaluatedImage[] = [];
  const placed: EvaluatedImage[] = [];
  return {
    add({ raster, annotations }, outputs, placement) {
      const size = { width: raster.width, height: raster.height };
      const id = String(typed.length);
      const { data: boxes } = floatsOf(outputs, 'boxes');
      const { data: scores } = floatsOf(outputs, 'scores');
      const indexes = outputs['class_index']!.data;
      const detections = [...scores].flatMap((score, i): DetectedCell[] => {
        if (!(score > 0)) return [];
        const [x1, y1, x2, y2] = boxes.subarray(i * 4, i * 4 + 4) as unknown as [
          number,
          number,
          number,
          number,
        ];
        const box = boxToImage({ x1, y1, x2, y2 }, placement);
        return [{ box, score, classIndex: Number(indexes[i]) }];
      });
      const cells = annotations.flatMap(({ box, mask, cellClass, isCrowd = false }) => {
        const place = box ?? (mask && maskBox(mask));
        return place === undefined ? [] : [{ place, cellClass, isCrowd }];
      });
      typed.push({
        id,
        size,
        detections,
        groundTruth: cells.flatMap((cell) => byType(cell, classes)),
      });
      placed.push({
        id,
        size,
        detections,
        groundTruth: cells.flatMap(({ place, cellClass, isCrowd }) =>
          cellClass !== undefined && !allowedByLabel(cellClass, classes).includes(true)
            ? []
            : [{ box: place, classIndex: 0, isCrowd }],
        ),
      });
    },
    finish() {
      const all = evaluateCoco({ classNames: classes, images: typed });
      const places = evaluateCoco({ classNames: classes, images: placed }, { classAgnostic: true });
      const scoreThreshold = bestThreshold(places);
      return {
        values: {
          AP: averagePrecision(all) ?? Number.NaN,
          AP50: averagePrecision(all, { iouThreshold: 0.5 }) ?? Number.NaN,
          AP75: averagePrecision(all, { iouThreshold: 0.75 }) ?? Number.NaN,
          placeAP50: averagePrecision(places, { iouThreshold: 0.5 }) ?? Number.NaN,
        },
        ...(scoreThreshold === undefined ? {} : { scoreThreshold }),
      };
    },
  };
}

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
  { place, cellClass, isCrowd }: { place: Box; cellClass: CellClass | undefined; isCrowd: boolean },
  classes: readonly CellClass[],
): GroundTruthCell[] {
  const allowed =
    cellClass === undefined ? classes.map(() => true) : allowedByLabel(cellClass, classes);
  const isOne = allowed.filter(Boolean).length === 1;
  return allowed.flatMap((isAllowed, classIndex) =>
    isAllowed ? [{ box: place, classIndex, isCrowd: isCrowd || !isOne }] : [],
  );
}
