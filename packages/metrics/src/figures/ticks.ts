/** @file Round numbers for axes and the text of their labels. */

/** One mark on an axis. */
export interface Tick {
  readonly value: number;
  readonly label: string;
}

const minus = '−';

/** Return round ticks inside [low, high], about `count` of them, with as many decimals as they need. */
export function niceTicks(low: number, high: number, count = 5): Tick[] {
  if (!(high > low)) return [{ value: low, label: numberText(low, 2) }];
  return ticksBetween(low, high, niceStep(low, high, count));
}

/** Widen a range to its round ticks. A range without width gets some. */
export function niceAxis(
  low: number,
  high: number,
  count = 5,
): { low: number; high: number; ticks: Tick[] } {
  if (!(high > low)) {
    const around = Math.abs(low) * 0.1 || 1;
    return niceAxis(low - around, low + around, count);
  }
  const step = niceStep(low, high, count);
  const from = Math.floor(low / step + 1e-9) * step;
  const to = Math.ceil(high / step - 1e-9) * step;
  return { low: from, high: to, ticks: ticksBetween(from, to, step) };
}

function niceStep(low: number, high: number, count: number): number {
  const rough = (high - low) / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(rough));
  return [1, 2, 2.5, 5, 10].map((m) => m * power).find((s) => s >= rough * 0.999)!;
}

function ticksBetween(low: number, high: number, step: number): Tick[] {
  const decimals = decimalsOf(step);
  const ticks: Tick[] = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++) {
    ticks.push({ value: i * step, label: numberText(i * step, decimals) });
  }
  return ticks;
}

/** Write a number with fixed decimals and a true minus sign; -0.00 becomes 0.00. */
export function numberText(value: number, decimals: number): string {
  const written = Math.abs(value).toFixed(decimals);
  return value < 0 && Number(written) !== 0 ? `${minus}${written}` : written;
}

/** Write a score of 0..1 as papers do: .853, 1.000. */
export function scoreText(value: number | null): string {
  return value === null ? '–' : numberText(value, 3);
}

/** Write a p-value. */
export function pValueText(value: number): string {
  return value < 0.001 ? 'p < 0.001' : `p = ${numberText(value, 3)}`;
}

function decimalsOf(step: number): number {
  for (let decimals = 0; decimals < 12; decimals++) {
    if (Math.abs(Number(step.toFixed(decimals)) - step) < step * 1e-6) return decimals;
  }
  return 12;
}
