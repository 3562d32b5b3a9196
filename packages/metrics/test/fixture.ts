/** @file Reads the reference values of fixtures/metrics. */
import { readFileSync } from 'node:fs';
import { expect } from 'vitest';

/** Read one file. */
export function readFixture<T>(name: string): T {
  const url = new URL(`../../../fixtures/metrics/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(url, 'utf8'));
}

/** Expect a number within a relative tolerance (absolute below 1e-300). */
export function expectNear(value: number | null, expected: number | null, relative = 1e-10): void {
  if (value === null || expected === null) {
    expect(value).toBe(expected);
    return;
  }
  const gap = Math.abs(value - expected);
  expect(gap, `${value} against ${expected}`).toBeLessThanOrEqual(
    relative * Math.abs(expected) + 1e-300,
  );
}
