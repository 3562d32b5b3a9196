import { readFileSync, writeFileSync } from 'node:fs';
import type { CellClass } from '@leukoscope/core';
import { synthesiseField } from '@leukoscope/datasets';
import { encodePng } from '@leukoscope/image';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCli, temporaryFolder } from './run-cli.ts';
import { writeTinyRun } from './tiny-run.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());
const smear = folder.at('smear.png');

interface AnalysedCell {
  readonly cellClass: CellClass;
  readonly isUnsure: boolean;
  readonly probabilities: readonly number[];
  readonly unexpected?: { readonly cellClass: CellClass; readonly probability: number };
}

async function cellsOf(...argv: string[]): Promise<AnalysedCell[]> {
  const { out } = await runCli(['analyze', smear, '--json', ...argv]);
  return JSON.parse(out).cases[0].images[0].cells;
}

let usual: CellClass;
beforeAll(async () => {
  const size = { width: 320, height: 240 };
  const { raster } = synthesiseField({ seed: 2, size, pixelsPerMicron: 6 });
  writeFileSync(smear, await encodePng(raster));
  writeTinyRun(folder.at('plain'));
  [{ cellClass: usual }] = (await cellsOf('--model', folder.at('plain'))) as [AnalysedCell];
  const prior = { factors: { [usual]: 1e-6 }, unexpectedFrom: 0.01 };
  writeTinyRun(folder.at('run'), { priors: { 'ordinary-blood': prior } });
});

test('cells of a kind that the specimen does not hold are unidentified and say what they look like', async () => {
  const before = await cellsOf('--model', folder.at('run'));
  const after = await cellsOf('--model', folder.at('run'), '--specimen', 'ordinary-blood');
  expect(before.length).toBeGreaterThan(0);
  expect(before.some(({ cellClass }) => cellClass === usual)).toBe(true);
  expect(before.some((cell) => 'unexpected' in cell)).toBe(false);
  for (const [i, cell] of after.entries()) {
    expect(cell.cellClass).not.toBe(usual);
    expect(cell).toMatchObject({ isUnsure: true, unexpected: { cellClass: usual } });
    expect(cell.probabilities.reduce((a, b) => a + b)).toBeCloseTo(1, 2);
    expect(cell.unexpected!.probability).toBeGreaterThan(0.01);
    expect(before[i]!.probabilities).not.toEqual(cell.probabilities);
  }
});

test('table, CSV, JSON and page say which specimen was expected', async () => {
  const out = folder.at('found');
  const run = ['analyze', smear, '--model', folder.at('run'), '--specimen', 'ordinary-blood'];
  const told = await runCli([...run, '--out', out]);
  expect(told.out).toContain('expected: ordinary blood');
  expect(told.out).toContain('which the specimen was not expected to hold');
  const [head, row] = readFileSync(`${out}/cells.csv`, 'utf8').split('\r\n');
  const cell = new Map(head!.split(',').map((name, i) => [name, row!.split(',')[i]]));
  expect(cell.get('specimen')).toBe('ordinary-blood');
  expect(cell.get('unexpected_type')).toBe(usual);
  expect(Number(cell.get('unexpected_probability'))).toBeGreaterThan(0.01);
  expect(JSON.parse(readFileSync(`${out}/analysis.json`, 'utf8')).cases[0].specimen).toBe(
    'ordinary-blood',
  );
  expect(readFileSync(`${out}/report.html`, 'utf8')).toContain('expected to be ordinary blood');
});

test('a specimen that the model has no prior for is refused with those that it has', async () => {
  const { code, err } = await runCli([
    'analyze',
    smear,
    '--model',
    folder.at('run'),
    '--specimen',
    'marrow',
  ]);
  expect(code).not.toBe(0);
  expect(err).toContain('ordinary-blood. Received marrow');
});
