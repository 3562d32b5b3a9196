/**
 * @file How far a long job is: a bar redrawn in place on a terminal, a plain line every ten seconds
 * elsewhere, nothing for what takes less than about two seconds.
 */
import type { TextStream } from '../io.ts';
import { createStyle } from './style.ts';
import { countText } from './text-table.ts';

/** Follows one job. */
export interface Progress {
  /** Tell how many steps are done, and perhaps how it goes. */
  update(done: number, note?: string): void;
  /** Take the bar away. */
  finish(): void;
}

/** What a progress display needs. */
export interface ProgressOptions {
  readonly stream: TextStream;
  elapsedMs(): number;
  /** Steps that were done before: they say nothing about the speed. @default 0 */
  readonly from?: number;
}

const longJobMs = 2000;
// After this long the speed is known well enough to tell whether the job is a long one.
const patienceMs = 400;
const redrawMs = 100;
const lineMs = 10_000;
const barWidth = 24;

/** A progress that shows nothing. */
export const silentProgress: Progress = { update: () => {}, finish: () => {} };

/** Start following a job. */
export function createProgress(
  label: string,
  total: number | undefined,
  { stream, elapsedMs, from = 0 }: ProgressOptions,
): Progress {
  const start = elapsedMs();
  const style = createStyle(stream.hasColour);
  let shownAt = start;
  let isShown = false;
  const isLong = (done: number, spent: number) =>
    spent >= longJobMs ||
    (total !== undefined &&
      done > from &&
      spent >= patienceMs &&
      (spent / (done - from)) * (total - from) >= longJobMs);
  return {
    update(done, note = '') {
      const now = elapsedMs();
      const interval = stream.isTerminal ? redrawMs : lineMs;
      if (!isLong(done, now - start) || (isShown && now - shownAt < interval)) return;
      // Without a terminal the first line comes after the interval too: short jobs stay silent.
      if (!stream.isTerminal && now - shownAt < interval) return;
      isShown = true;
      shownAt = now;
      const facts = `${factsText(done, total, (now - start) / Math.max(1, done - from))}${note === '' ? '' : `, ${note}`}`;
      if (!stream.isTerminal) stream.write(`${label}: ${facts}\n`);
      else {
        const bar = total === undefined ? '' : `${style.cyan(barText(done / total))} `;
        stream.write(`\r\u001b[2K${label} ${bar}${style.dim(facts)}`);
      }
    },
    finish() {
      if (isShown && stream.isTerminal) stream.write('\r\u001b[2K');
      isShown = false;
    },
  };
}

function barText(share: number): string {
  const full = Math.round(Math.min(1, share) * barWidth);
  return '█'.repeat(full) + '░'.repeat(barWidth - full);
}

function factsText(done: number, total: number | undefined, stepMs: number): string {
  if (total === undefined) return `${countText(done)} done`;
  const percent = Math.floor((100 * done) / Math.max(1, total));
  const left = done === 0 ? '' : `, ${durationText(stepMs * (total - done))} left`;
  return `${countText(done)} of ${countText(total)} (${percent} %)${left}`;
}

/** Write a duration: `8 s`, `3 min 20 s`, `2 h 5 min`. */
export function durationText(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}
