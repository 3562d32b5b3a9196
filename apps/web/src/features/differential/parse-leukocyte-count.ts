/** @file The analyser's leukocyte count as people type it -> a number of the contract. */

/** A count, none, or why the text is neither. */
export type ParsedCount =
  | { readonly count: number | null; readonly fault?: undefined }
  | { readonly fault: string };

/** The contract's limit; the highest counts of leukaemias stay below 1000. */
const mostE9PerLitre = 2000;

/** Parse a count in 10^9 per litre; a comma may stand for the point, nothing means unknown. */
export function parseLeukocyteCount(text: string): ParsedCount {
  const trimmed = text.trim();
  if (trimmed === '') return { count: null };
  const isNumber = /^\d+([.,]\d*)?$/.test(trimmed);
  const count = Number(trimmed.replace(',', '.'));
  if (!isNumber || count > mostE9PerLitre) {
    return {
      fault: `Must be a number from 0 to ${mostE9PerLitre} in 10⁹ per litre, such as 7.4; or empty.`,
    };
  }
  return { count };
}
