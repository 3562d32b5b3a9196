/** @file Counts against what is expected: differences with a sign, sides of reference ranges. */
import type { DifferentialRow } from '@leukoscope/contract';

/** Write a difference of counts with its sign. */
export function differenceWords(difference: number): string {
  if (difference === 0) return '0';
  return difference > 0 ? `+${difference}` : `−${-difference}`;
}

/** What the limits say about a share outside its reference range. */
export interface RangeMark {
  readonly side: 'low' | 'high';
  /** The limits too lie outside: chance of counting alone does not explain it. */
  readonly isBeyondChance: boolean;
  readonly words: string;
}

/** Return how a row lies to its reference range; undefined inside it or without one. */
export function rangeMarkOf(row: DifferentialRow): RangeMark | undefined {
  const { interpretation, reference, low, high } = row;
  if (reference === null || (interpretation !== 'low' && interpretation !== 'high')) {
    return undefined;
  }
  const isBeyondChance =
    interpretation === 'low'
      ? reference.low !== null && high < reference.low
      : reference.high !== null && low > reference.high;
  const doubt = isBeyondChance ? 'the limits lie outside too' : 'within the limits of counting';
  return {
    side: interpretation,
    isBeyondChance,
    words: `${interpretation}: ${interpretation === 'low' ? 'below' : 'above'} the reference range; ${doubt}`,
  };
}
