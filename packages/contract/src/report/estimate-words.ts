/** @file Estimates and shares of the agreement as people read them, on the page and in its report. */
import type { AgreementEstimate } from '../agreement.ts';

/** Write a share in percent with its limits. */
export function percentWords(estimate: AgreementEstimate | null): string {
  return words(estimate, (value) => (100 * value).toFixed(1), ' %');
}

/** Write a number with its limits. */
export function numberWords(estimate: AgreementEstimate | null, decimals: number): string {
  return words(estimate, (value) => value.toFixed(decimals), '');
}

function words(
  estimate: AgreementEstimate | null,
  write: (value: number) => string,
  unit: string,
): string {
  if (estimate === null) return '–';
  const { value, low, high } = estimate;
  const limits = low === null || high === null ? '' : ` (${write(low)} to ${write(high)})`;
  return `${write(value)}${unit}${limits}`;
}
