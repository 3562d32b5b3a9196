/** @file Times as people read them: whole dates without ambiguity of day and month, in the reader's own zone. */

/** Write a time of the server, to the minute. */
export function timeWords(iso: string): string {
  const at = new Date(iso);
  return `${dayOf(at)} ${clockOf(at)}`;
}

/** Write a time of the server where most are of today: those without their date. */
export function recentTimeWords(iso: string, now: Date): string {
  const at = new Date(iso);
  return dayOf(at) === dayOf(now) ? `today ${clockOf(at)}` : timeWords(iso);
}

/** Write a time with its offset from UTC, for paper that may travel. */
export function zonedTimeWords(iso: string): string {
  const minutes = -new Date(iso).getTimezoneOffset();
  if (minutes === 0) return `${timeWords(iso)} UTC`;
  const sign = minutes < 0 ? '−' : '+';
  const size = Math.abs(minutes);
  return `${timeWords(iso)} UTC${sign}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

function dayOf(at: Date): string {
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

function clockOf(at: Date): string {
  return `${two(at.getHours())}:${two(at.getMinutes())}`;
}

function two(n: number): string {
  return String(n).padStart(2, '0');
}
