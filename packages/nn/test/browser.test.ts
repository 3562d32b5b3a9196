import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { float32, type TensorData } from '@leukoscope/core';
import { openRuntime } from '@leukoscope/nn/runtime';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundlePage } from '../../../scripts/browser/bundle-page.ts';
import { findChromium } from '../../../scripts/browser/chromium.ts';
import { reportOfPage } from '../../../scripts/browser/open-page.ts';
import type { PageReport } from './browser/page.ts';
import { inferTiny, trainTiny } from './browser/tiny-training.ts';
import { expectClose } from './evaluate-graph.ts';

const executablePath = findChromium();
if (executablePath === undefined) {
  console.warn('No Chromium on this machine: the browser tests of packages/nn are skipped.');
}
const inBrowser = test.skipIf(executablePath === undefined);
const folder = mkdtempSync(path.join(tmpdir(), 'leukoscope-browser-'));
let report: PageReport;

beforeAll(async () => {
  if (executablePath === undefined) return;
  const script = fileURLToPath(new URL('./browser/page.ts', import.meta.url));
  const site = await bundlePage(folder, script);
  report = await reportOfPage<PageReport>(site, executablePath, 20_000);
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

inBrowser('training in a browser makes the loss fall', () => {
  const { losses } = report;
  expect(losses.length).toBe(20);
  const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  expect(mean(losses.slice(-5))).toBeLessThan(0.5 * mean(losses.slice(0, 5)));
});

inBrowser('a browser takes the same steps as Node', async () => {
  const runtime = openRuntime({ host: 'inline' });
  const { losses } = await trainTiny(runtime, 20);
  await runtime.close();
  expectClose(report.losses, losses, { rtol: 1e-3, atol: 1e-4 });
});

inBrowser('inference in a browser equals Node on the same weights within 1e-4', async () => {
  const weights = new Map<string, TensorData>(
    report.weights.map(([key, shape, data]) => [key, float32(data, shape)]),
  );
  const runtime = openRuntime({ host: 'inline' });
  const probabilities = await inferTiny(runtime, weights);
  await runtime.close();
  expectClose(report.probabilities, probabilities, { rtol: 0, atol: 1e-4 });
  expect(report.providers).toEqual(['wasm']);
});

inBrowser('the page stays alive while a model runs', () => {
  expect(report.longRunMs).toBeGreaterThan(50);
  // A timer of 5 ms fires about longRun / 5 times; a blocked page would see one tick or none.
  expect(report.ticks).toBeGreaterThan(4);
});

inBrowser('faults in the worker reach the page as errors with codes', () => {
  const [damagedModel, afterClose, wasmNotFound] = report.errors;
  expect(damagedModel).toBe('NN_MODEL');
  expect(afterClose).toBe('NN_HOST_DIED');
  expect(wasmNotFound).toBe('NN_MODEL');
});
