/**
 * @file The settings of a COCO evaluation and their standard values.
 *
 * Thresholds are made as numpy.linspace makes them (start + i * step, not i / n), because a detection
 * whose IoU equals a threshold exactly is decided by the last bit. Reference: pycocotools `Params`.
 */
import { LeukoscopeError } from '@leukoscope/core';

/** A range of ground truth areas in pixels, both ends included. */
export interface AreaRange {
  readonly name: string;
  readonly low: number;
  readonly high: number;
}

/** pycocotools' `areaRng`: all, small, medium, large. */
export const cocoAreaRanges: readonly AreaRange[] = [
  { name: 'all', low: 0, high: 1e5 ** 2 },
  { name: 'small', low: 0, high: 32 ** 2 },
  { name: 'medium', low: 32 ** 2, high: 96 ** 2 },
  { name: 'large', low: 96 ** 2, high: 1e5 ** 2 },
];

/** 0.50, 0.55, ..., 0.95. */
export const cocoIouThresholds: readonly number[] = linspace(0.5, 0.95, 10);

/** 0.00, 0.01, ..., 1.00. */
export const cocoRecallThresholds: readonly number[] = linspace(0, 1, 101);

/** Detections kept of an image and class: the standard list. */
export const cocoMaxDetections: readonly number[] = [1, 10, 100];

/** Return `count` evenly spaced numbers with both ends, bit for bit as numpy does. */
export function linspace(start: number, stop: number, count: number): number[] {
  const step = (stop - start) / (count - 1);
  return Array.from({ length: count }, (_, i) => (i === count - 1 ? stop : start + i * step));
}

/** Throw unless thresholds lie in (0, 1] and counts are whole, positive and ascending. */
export function checkCocoParameters(
  iouThresholds: readonly number[],
  maxDetections: readonly number[],
  areaRanges: readonly AreaRange[],
): void {
  if (iouThresholds.length === 0 || iouThresholds.some((t) => !(t > 0 && t <= 1))) {
    throw new LeukoscopeError(
      'METRICS_IOU_THRESHOLD',
      `iouThresholds must be numbers above 0 and at most 1. Received [${iouThresholds.join(', ')}].`,
    );
  }
  const ascending = maxDetections.every((m, i) => i === 0 || m > maxDetections[i - 1]!);
  const whole = maxDetections.every((m) => Number.isInteger(m) && m > 0);
  if (maxDetections.length === 0 || !ascending || !whole) {
    throw new LeukoscopeError(
      'METRICS_MAX_DETECTIONS',
      `maxDetections must be ascending whole numbers above 0. Received [${maxDetections.join(', ')}].`,
    );
  }
  const bad = areaRanges.find((range) => !(range.low <= range.high));
  if (areaRanges.length === 0 || bad !== undefined) {
    throw new LeukoscopeError(
      'METRICS_AREA_RANGE',
      `areaRanges must each have low <= high. Received ${JSON.stringify(bad ?? areaRanges)}.`,
    );
  }
}
