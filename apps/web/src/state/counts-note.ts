/** @file What the differential must say of itself while reviews wait here: the server counts, bins count at once. */

/** Say that counts are older than the cells; null when all reviews have arrived. */
export function countsNote(unsent: number): string | null {
  if (unsent === 0) return null;
  return `As of the last answer of the server: ${unsent === 1 ? '1 change is' : `${unsent} changes are`} not counted yet.`;
}
