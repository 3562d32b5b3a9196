/** @file Times as people read them: whole dates without ambiguity of day and month, in the reader's own zone. */

/** Write a time of the server, to the minute. */
export function timeWords(iso: string): string {
  const at = new Date(iso);
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day} ${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** Write a time with its offset from UTC, for paper that may travel. */
export function zonedTimeWords(iso: string): string {
  const minutes = -new Date(iso).getTimezoneOffset();
  if (minutes === 0) return `${timeWords(iso)} UTC`;
  const sign = minutes < 0 ? '−' : '+';
  const size = Math.abs(minutes);
  return `${timeWords(iso)} UTC${sign}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

function two(n: number): string {
  return String(n).padStart(2, '0');
}
