/** @file The score of a round in words. */
import type { TeachingResult } from '@leukoscope/contract';

/** Write share, limits and kappa. */
export function scoreWords({ same, cells, low, high, kappa }: TeachingResult): string {
  const percent = (share: number) => (100 * share).toFixed(0);
  const score = `${percent(same / cells)} % (${percent(low)} to ${percent(high)})`;
  return kappa === null ? score : `${score}, kappa ${kappa.toFixed(2)}`;
}
