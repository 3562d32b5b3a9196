/**
 * @file One row's share as a picture: bar, 95 % limits as a whisker, reference range as a band.
 *
 * All rows of a table have one scale, so that bars compare. Colours are CSS variables or those of types.
 */
import type { DifferentialRow } from '../differential/differential.ts';

const width = 300;
const height = 26;

/** Draw one row; `most` is the share at the right end. */
export function shareBar(row: DifferentialRow, colour: string, most: number): string {
  const { share, limits, check } = row;
  if (share === null || limits === null) return '';
  const x = (value: number) => (Math.min(1, value / most) * width).toFixed(1);
  const middle = height / 2;
  const band =
    check === null
      ? ''
      : `<rect class="range" x="${x(check.range.low / 100)}" y="2" width="${(
          Number(x(check.range.high / 100)) - Number(x(check.range.low / 100))
        ).toFixed(
          1,
        )}" height="${height - 4}" rx="3"><title>Reference ${check.range.low} to ${check.range.high} %</title></rect>`;
  const bar = `<rect x="0" y="${middle - 5}" width="${x(share)}" height="10" rx="2" fill="${colour}"/>`;
  const low = x(limits.low);
  const high = x(limits.high);
  const line = `M${low} ${middle}H${high}M${low} ${middle - 4}V${middle + 4}M${high} ${middle - 4}V${middle + 4}`;
  // A pale seam keeps the line readable on dark bars.
  const whisker = `<path class="seam" d="${line}"/><path class="whisker" d="${line}"/>`;
  const text = `${percentText(share)} (${percentText(limits.low)} to ${percentText(limits.high)})`;
  return `<svg class="bar" viewBox="-1 0 ${width + 2} ${height}" preserveAspectRatio="none" role="img" aria-label="${text}">${band}${bar}${whisker}</svg>`;
}

/** Choose the right end of the scale: the largest limit or range, in steps of 10 %. */
export function scaleOf(rows: readonly DifferentialRow[]): number {
  const largest = Math.max(
    0.1,
    ...rows.map(({ limits, check }) =>
      Math.max(limits?.high ?? 0, check === null ? 0 : check.range.high / 100),
    ),
  );
  return Math.min(1, Math.ceil(largest * 10) / 10);
}

/** Write a share: `12.5 %`. */
export function percentText(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
