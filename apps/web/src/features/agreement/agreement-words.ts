/** @file Estimates and shares as people read them. */
import type { AgreementEstimate } from '@leukoscope/contract';

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
