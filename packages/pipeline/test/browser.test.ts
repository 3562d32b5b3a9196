import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRandom } from '@leukoscope/core';
import { synthesiseField } from '@leukoscope/datasets';
import { familyOf } from '@leukoscope/models';
import { buildInferenceModel, createScope, initialValues } from '@leukoscope/nn';
import { analyseImage } from '@leukoscope/pipeline';
import { openModel } from '@leukoscope/pipeline/node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundlePage } from '../../../scripts/browser/bundle-page.ts';
import { findChromium } from '../../../scripts/browser/chromium.ts';
import { reportOfPage } from '../../../scripts/browser/open-page.ts';
import type { PageReport } from './browser/page.ts';
import { type PlainFinding, plainFinding } from './browser/plain-finding.ts';
import { descriptionOf } from './harness/described.ts';
import { colourDetector, colourSegmenter } from './harness/colour-networks.ts';

const executablePath = findChromium();
if (executablePath === undefined) {
  console.warn('No Chromium on this machine: the browser tests of packages/pipeline are skipped.');
}
const inBrowser = test.skipIf(executablePath === undefined);
const folder = mkdtempSync(path.join(tmpdir(), 'leukoscope-pipeline-browser-'));
const weights = fileURLToPath(new URL('../../../weights', import.meta.url));
const field = synthesiseField({ seed: 5, size: { width: 320, height: 256 }, look: 'scanner' });
const size = { width: 320, height: 256 };
const input = { ...descriptionOf(new Uint8Array(), 'boxes').input, size };

/** One model of each task; each is a folder with model.json, as training writes them. */
const models: Readonly<Record<string, (folder: string) => void>> = {
  classes: (at) => {
    const model = familyOf('resnet').configure({ preset: 'tiny' });
    const scope = createScope({ mode: 'infer' });
    model.inference(scope);
    const specs = [...scope.declared.parameters.values()];
    const values = initialValues(specs, createRandom(1), new Map());
    const bytes = buildInferenceModel((inner) => model.inference(inner), values);
    const { classes } = model;
    const settings = { locator: 'watershed' };
    write(at, bytes, descriptionOf(bytes, 'classes', { classes, input: model.input, settings }));
  },
  boxes: (at) => {
    const bytes = colourDetector(size, { masks: false });
    write(at, bytes, descriptionOf(bytes, 'boxes', { input }));
  },
  instances: (at) => {
    const bytes = colourDetector(size, { masks: true });
    write(at, bytes, descriptionOf(bytes, 'boxes', { input }));
  },
  pixels: (at) => {
    const bytes = colourSegmenter(size);
    const settings = { fillHoles: true, smallestRegion: 100 };
    write(at, bytes, descriptionOf(bytes, 'pixels', { input, settings }));
  },
  watershed: (at) =>
    copyFileSync(path.join(weights, 'watershed.json'), path.join(at, 'model.json')),
  compact: (at) => {
    copyFileSync(path.join(weights, 'leukoscope-compact-float.json'), path.join(at, 'model.json'));
    for (const file of ['compact-locator.onnx', 'compact-refiner.onnx'])
      copyFileSync(path.join(weights, file), path.join(at, file));
  },
};

function write(at: string, bytes: Uint8Array, description: object): void {
  writeFileSync(path.join(at, 'network.onnx'), bytes);
  writeFileSync(path.join(at, 'model.json'), JSON.stringify(description));
}

let report: PageReport;
beforeAll(async () => {
  if (executablePath === undefined) return;
  const script = fileURLToPath(new URL('./browser/page.ts', import.meta.url));
  const site = await bundlePage(folder, script);
  for (const [name, build] of Object.entries(models)) {
    mkdirSync(path.join(site, name));
    build(path.join(site, name));
  }
  writeFileSync(path.join(site, 'picture.bin'), field.raster.data);
  const names = Object.keys(models);
  writeFileSync(path.join(site, 'models.json'), JSON.stringify({ names, ...size }));
  report = await reportOfPage<PageReport>(site, executablePath, 60_000);
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

inBrowser.each(Object.keys(models))('%s answers in a browser as in Node', async (name) => {
  const found = report[name];
  if (typeof found === 'string' || found === undefined) throw new Error(found ?? 'no answer');
  const model = await openModel(path.join(folder, 'site', name), { threads: 1 });
  const { findings } = await analyseImage(field.raster, model);
  await model.close();
  expect(findings.length).toBeGreaterThan(0);
  expect(found).toHaveLength(findings.length);
  for (const [i, own] of findings.map(plainFinding).entries()) expectAlike(found[i]!, own);
});

/** The same up to what the order of sums changes. */
function expectAlike(one: PlainFinding, other: PlainFinding): void {
  expect([one.cellClass, one.isUnsure]).toEqual([other.cellClass, other.isUnsure]);
  expect(Math.abs(one.score - other.score)).toBeLessThan(1e-4);
  const largest = (a: readonly number[], b: readonly number[]) =>
    Math.max(0, ...a.map((value, i) => Math.abs(value - b[i]!)));
  expect(largest(one.box, other.box)).toBeLessThan(0.1);
  expect(largest(one.probabilities, other.probabilities)).toBeLessThan(1e-4);
  expect(Math.abs(one.maskPixels - other.maskPixels)).toBeLessThanOrEqual(0.01 * other.maskPixels);
}
