/** @file Shares and counts as people read them: percent with one digit, ranges with a dash, differences with a sign. */
import type { DifferentialRow, Range } from '@leukoscope/contract';

/** Write a share (0..1) in percent without the sign. */
export function percent(share: number): string {
  return (share * 100).toFixed(1);
}

/** Write limits of a share in percent. */
export function percentLimits(low: number, high: number): string {
  return `${percent(low)}–${percent(high)}`;
}

/** Write a reference range of shares in percent, open sides with a sign; empty without one. */
export function referenceWords(range: Range | null): string {
  if (range === null) return '';
  const { low, high } = range;
  if (low !== null && low === high) return short(low);
  if (low !== null && high !== null) return `${short(low)}–${short(high)}`;
  if (low !== null) return `≥ ${short(low)}`;
  return high === null ? '' : `≤ ${short(high)}`;
}

/** Write an absolute count in 10^9 per litre. */
export function absoluteWords(value: number | null): string {
  return value === null ? '' : value.toFixed(2);
}

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

function short(share: number): string {
  // 0.45 * 100 = 45.00000000000001 without the rounding.
  return String(Number((share * 100).toFixed(1)));
}
