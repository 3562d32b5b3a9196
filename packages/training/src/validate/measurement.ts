/** @file What a model's answers on pictures that it does not learn from are worth. */
import type { Sample } from '@leukoscope/core';

/** Measures, and how answers are best taken. */
export interface Measurement {
  /** Numbers that cannot be measured are NaN. */
  readonly values: Readonly<Record<string, number>>;
  /** The score from which detections do best (F1 of places at IoU .5). */
  readonly scoreThreshold?: number;
  /** p -> p^(1/T) / Σ makes the probabilities as often right as they say. */
  readonly temperature?: number;
}

/**
 * A way of measuring: answers are judged picture by picture, what is kept of a picture is small, and any choice
 * of judged pictures, with repetition, can be summed up.
 */
export interface Measure<Answer, Judged> {
  judge(sample: Sample, answer: Answer): Judged;
  summarise(judged: readonly Judged[]): Measurement;
  /** What is told of one picture by itself; nothing where only many together say something. */
  each(judged: Judged): Readonly<Record<string, number>>;
}
