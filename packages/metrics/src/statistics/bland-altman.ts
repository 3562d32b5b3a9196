/**
 * @file Agreement of two methods on the same samples (Bland & Altman 1986, 1999): the mean difference
 * and the limits that hold 95 % of differences, each with its own confidence limits.
 */
import { checkConfidence, type Interval } from '@leukoscope/core';
import { checkPairs, mean, standardDeviation } from './descriptive.ts';
import { normalQuantile, studentQuantile } from './distributions.ts';

/** A number with its confidence limits. */
export interface Estimate extends Interval {
  readonly value: number;
}

/** Bias and limits of agreement of `method - reference`. */
export interface BlandAltman {
  readonly bias: Estimate;
  readonly lowerLimit: Estimate;
  readonly upperLimit: Estimate;
  readonly standardDeviation: number;
  /** (method + reference) / 2 and method - reference of every sample. */
  readonly points: readonly { readonly mean: number; readonly difference: number }[];
}

/** Compare a method with a reference. */
export function blandAltman(
  reference: readonly number[],
  method: readonly number[],
  options: { confidence?: number; agreement?: number } = {},
): BlandAltman {
  const { confidence = 0.95, agreement = 0.95 } = options;
  checkConfidence(confidence);
  checkConfidence(agreement);
  checkPairs(reference, method, 3);
  const n = reference.length;
  const differences = method.map((value, i) => value - reference[i]!);
  const bias = mean(differences);
  const deviation = standardDeviation(differences);
  const t = studentQuantile((1 + confidence) / 2, n - 1);
  const z = normalQuantile((1 + agreement) / 2);
  const around = (value: number, standardError: number): Estimate => ({
    value,
    low: value - t * standardError,
    high: value + t * standardError,
  });
  // SE(bias) = s / √n; SE(limit) = s √(1 / n + z^2 / (2 (n - 1))) (Bland & Altman 1999)
  const limitError = deviation * Math.sqrt(1 / n + z ** 2 / (2 * (n - 1)));
  return {
    bias: around(bias, deviation / Math.sqrt(n)),
    lowerLimit: around(bias - z * deviation, limitError),
    upperLimit: around(bias + z * deviation, limitError),
    standardDeviation: deviation,
    points: method.map((value, i) => ({
      mean: (value + reference[i]!) / 2,
      difference: differences[i]!,
    })),
  };
}
