/** @file What a test of a run's best model found: `test.json`. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Interval } from '@leukoscope/core';
import type { Measurement } from '../validate/measurement.ts';

/** What `test.json` holds. */
export interface TestResult {
  readonly format: 1;
  /** Of training, at which the tested weights stood. */
  readonly step: number;
  readonly examples: number;
  /** Slides, patients or pictures: what was drawn again for the limits. */
  readonly groups: number;
  readonly measures: Measurement['values'];
  /** 95 % limits: percentiles of `resamples` draws of groups with replacement. */
  readonly limits: Readonly<Record<string, Interval>>;
  readonly resamples: number;
  readonly pictures: readonly PictureResult[];
}

/** One picture of the test side. */
export interface PictureResult {
  readonly set: string;
  readonly file: string;
  readonly values: Measurement['values'];
}

/** Read `test.json`; undefined where nothing was tested yet. */
export async function readTestResult(file: string): Promise<TestResult | undefined> {
  return existsSync(file) ? JSON.parse(await readFile(file, 'utf8')) : undefined;
}
