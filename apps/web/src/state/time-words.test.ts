import { afterAll, beforeAll, expect, test } from 'vitest';
import { recentTimeWords, timeWords, zonedTimeWords } from './time-words.ts';

const zoneBefore = process.env['TZ'];
beforeAll(() => {
  process.env['TZ'] = 'America/St_Johns';
});
afterAll(() => {
  process.env['TZ'] = zoneBefore;
});

test("writes times in the reader's zone with whole dates", () => {
  // Newfoundland is 3.5 hours behind UTC in winter: this is still the day before there.
  expect(timeWords('2026-11-20T02:05:00.000Z')).toBe('2026-11-19 22:35');
});

test("leaves the date out of the reader's own day", () => {
  const words = (now: string) => recentTimeWords('2026-11-20T02:05:00.000Z', new Date(now));
  expect(words('2026-11-20T03:00:00.000Z')).toBe('today 22:35');
  expect(words('2026-11-20T04:00:00.000Z')).toBe('2026-11-19 22:35');
});

test('names the offset on paper', () => {
  expect(zonedTimeWords('2026-11-20T02:05:00.000Z')).toBe('2026-11-19 22:35 UTC−03:30');
});
