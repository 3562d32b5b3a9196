/** @file What collects the answers of a model on pictures that it does not learn from. */
import type { Sample } from '@leukoscope/core';
import type { Placement } from '@leukoscope/image';
import type { TensorMap } from '@leukoscope/models';

/** What answers are worth, and how they are best taken. */
export interface Measurement {
  /** Numbers that cannot be measured are NaN. */
  readonly values: Readonly<Record<string, number>>;
  /** The score from which detections do best (F1 of places at IoU .5). */
  readonly scoreThreshold?: number;
  /** p -> p^(1/T) / Σ makes the probabilities as often right as they say. */
  readonly temperature?: number;
}

/** Collects answers and measures them. */
export interface Measurer {
  add(sample: Sample, outputs: TensorMap, placement: Placement): void;
  finish(): Measurement;
}
