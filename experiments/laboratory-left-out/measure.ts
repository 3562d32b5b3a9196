/**
 * @file How each refiner of this experiment types the cells of laboratories that it never saw, five types, with 95 % limits (Wilson):
 * `node --conditions=@leukoscope/source experiments/laboratory-left-out/measure.ts DATA CACHE RUNS RESULTS.json`
 *
 * BCISC whole and AML LMU; both lie outside the training of every run in RUNS. Cells are found by the shipped locator.
 */
import { describeModel } from '@leukoscope/pipeline/node';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { collectCells, readCollected } from '../other-laboratories/collected-cells.ts';
import { judgeCells } from '../other-laboratories/judge-cells.ts';
import { wilson } from '../other-laboratories/wilson.ts';

const [data, cache, runs, out] = process.argv.slice(2);
if (data === undefined || cache === undefined || runs === undefined || out === undefined) {
  console.error('usage: measure.ts DATA CACHE RUNS RESULTS.json');
  process.exit(2);
}
const root = path.join(import.meta.dirname, '../..');
const unseen = { bcisc: ['bcisc', 'bcisc-train'], 'aml-lmu': ['aml-lmu'] } as const;
const results: Record<string, Record<string, object>> = {};
for (const variant of (await readdir(runs)).sort()) {
  const model = joinedModel(variant);
  const own = path.join(cache, variant);
  await collectCells(data, own, model, Object.values(unseen).flat());
  const { description } = await describeModel(model);
  const { classes, calibration } = description;
  const { unsureBelow = 0, scoreThreshold } = calibration;
  results[variant] = {};
  for (const [laboratory, names] of Object.entries(unseen)) {
    const cells = (await Promise.all(names.map((name) => readCollected(own, name)))).flat();
    const typing = { classes, unsureBelow, prior: undefined, depth: 'five' } as const;
    const { typed, right, mistakes } = judgeCells(cells, typing, scoreThreshold);
    const [low, high] = wilson(right, typed).map((limit) => Number(limit.toFixed(3)));
    const share = Number((right / typed).toFixed(3));
    results[variant][laboratory] = { cells: typed, right, share, low, high, mistakes };
    console.log(`| ${variant} | ${laboratory} | ${typed} | ${share} (${low} to ${high}) |`);
  }
}
await writeFile(out, `${JSON.stringify(results, null, 1)}\n`);

/** The run's best refiner behind the locator that ships. */
function joinedModel(variant: string): string {
  const folder = path.join(cache!, `${variant}-joined`);
  if (!existsSync(folder)) {
    const cli = path.join(root, 'node_modules/@leukoscope/cli/bin/leukoscope.mjs');
    const locator = path.join(root, 'experiments/compact/weights/compact-locator.safetensors');
    const refiner = path.join(runs!, variant);
    const what = ['model', 'join', locator, refiner, '--name', 'leukoscope-compact', '--quiet'];
    execFileSync(
      process.execPath,
      ['--conditions=@leukoscope/source', cli, ...what, '--out', folder],
      { stdio: 'inherit' },
    );
  }
  return folder;
}
