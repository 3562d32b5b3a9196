/** @file What a model's answers on pictures that it does not learn from are worth. */

/** Measures, and how answers are best taken. */
export interface Measurement {
  /** Numbers that cannot be measured are NaN. */
  readonly values: Readonly<Record<string, number>>;
  /** The score from which detections do best (F1 of places at IoU .5). */
  readonly scoreThreshold?: number;
  /** p -> p^(1/T) / Σ makes the probabilities as often right as they say. */
  readonly temperature?: number;
}
