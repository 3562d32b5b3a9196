/** @file Times as people read them, in their own zone; whole dates, because cases are read years later. */

const format = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** Write a time of the server. */
export function timeWords(iso: string): string {
  return format.format(new Date(iso));
}
