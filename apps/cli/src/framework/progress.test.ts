import { expect, test } from 'vitest';
import { createProgress, durationText } from './progress.ts';

function follow(isTerminal: boolean, total: number | undefined) {
  let now = 0;
  let written = '';
  const stream = {
    write(text: string) {
      written += text;
    },
    isTerminal,
    hasColour: false,
    columns: undefined,
  };
  const progress = createProgress('Reading', total, { stream, elapsedMs: () => now });
  return {
    step(atMs: number, done: number) {
      now = atMs;
      progress.update(done);
      const shown = written;
      written = '';
      return shown;
    },
    finish() {
      progress.finish();
      return written;
    },
  };
}

test('shows nothing for a job that will take less than two seconds', () => {
  const job = follow(true, 100);
  expect(job.step(500, 50)).toBe('');
  expect(job.step(1000, 100)).toBe('');
  expect(job.finish()).toBe('');
});

test('draws a bar with the time left once a job is known to be long, and takes it away', () => {
  const job = follow(true, 100);
  // 10 of 100 in half a second: 5 s in all
  expect(job.step(500, 10)).toContain('10 of 100 (10 %), 5 s left');
  expect(job.step(550, 11)).toBe(''); // redrawn at most ten times a second
  expect(job.step(700, 14)).toContain('14 of 100');
  expect(job.finish()).toBe('\r\u001b[2K');
});

test('writes a plain line every ten seconds where no terminal is', () => {
  const job = follow(false, 100);
  expect(job.step(5000, 10)).toBe('');
  expect(job.step(10_000, 20)).toBe('Reading: 20 of 100 (20 %), 40 s left\n');
  expect(job.step(12_000, 25)).toBe('');
  expect(job.step(20_000, 40)).toBe('Reading: 40 of 100 (40 %), 30 s left\n');
  expect(job.finish()).toBe('');
});

test('counts where nobody knows the end', () => {
  expect(follow(true, undefined).step(2000, 1234)).toContain('1,234 done');
});

test('writes durations as people say them', () => {
  expect([900, 61_000, 7_500_000].map(durationText)).toEqual(['1 s', '1 min 1 s', '2 h 5 min']);
});
