/** @file Times for people: the hour for today, else the day. */

/** Write a time of the server in the browser's own zone, without ambiguity of day and month. */
export function timeText(time: string, now: Date): string {
  const at = new Date(time);
  const clock = `${two(at.getHours())}:${two(at.getMinutes())}`;
  if (dayOf(at) === dayOf(now)) return `today ${clock}`;
  return `${dayOf(at)} ${clock}`;
}

function dayOf(at: Date): string {
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

function two(n: number): string {
  return String(n).padStart(2, '0');
}
