/**
 * @file Where a share, its limits and its reference range lie on the small graphic of a row.
 *
 * All rows share one axis from 0 to 100 %. It is the square root of the share: 1 % of basophils and 60 %
 * of neutrophils are both readable on it, and rows stay comparable. position = 100 sqrt(share).
 */
import type { DifferentialRow, Range } from '@leukoscope/contract';

/** Places on the axis, 0..100 from left to right. */
export interface IntervalPlaces {
  readonly share: number;
  readonly low: number;
  readonly high: number;
  /** Null: the row has no reference range. */
  readonly reference: { readonly from: number; readonly to: number } | null;
}

/** Return the place of a share (0..1) on the axis; what lies outside is drawn at the end. */
export function placeOfShare(share: number): number {
  return 100 * Math.sqrt(Math.min(1, Math.max(0, share)));
}

/** Return all places of a row. */
export function intervalPlaces(
  row: Pick<DifferentialRow, 'share' | 'low' | 'high' | 'reference'>,
): IntervalPlaces {
  return {
    share: placeOfShare(row.share),
    low: placeOfShare(row.low),
    high: placeOfShare(row.high),
    reference: row.reference === null ? null : placesOfRange(row.reference),
  };
}

function placesOfRange({ low, high }: Range): { from: number; to: number } {
  return { from: placeOfShare(low ?? 0), to: placeOfShare(high ?? 1) };
}
