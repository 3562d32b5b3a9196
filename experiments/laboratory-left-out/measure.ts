/**
 * @file How each refiner of this experiment types the cells of laboratories that it never saw, five types, with 95 % limits (Wilson):
 * `node --conditions=@leukoscope/source experiments/laboratory-left-out/measure.ts DATA CACHE RUNS` writes measured.json and
 * measured.md beside this file.
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

const [data, cache, runs] = process.argv.slice(2);
if (data === undefined || cache === undefined || runs === undefined) {
  console.error('usage: measure.ts DATA CACHE RUNS');
  process.exit(2);
}
const root = path.join(import.meta.dirname, '../..');
const unseen = { bcisc: ['bcisc', 'bcisc-train'], 'aml-lmu': ['aml-lmu'] } as const;
const results: Record<string, Record<string, object>> = {};
const rows: string[] = [];
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
    const row = `| ${variant} | ${laboratory} | ${typed} | ${share} (${low} to ${high}) |`;
    rows.push(row);
    console.log(row);
  }
}
const page = [
  '# What was measured',
  '',
  'Written by `measure.ts` (its head says how): five types of cells of laboratories that no training here saw, found by the shipped locator. Limits are',
  "Wilson's. What follows from it: [decision 0169](../../docs/decisions/0169-norms-and-styles-of-laboratories.md). For research use only, not for diagnosis.",
  '',
  '```sh',
  'for SET in oi-pbc marrow; do npx leukoscope predict compact $DATA/$SET --score 0.1 --out runs/$SET-boxes; done',
  'npx leukoscope experiment run laboratory-left-out --data oi-pbc=$DATA/oi-pbc --data oi-pbc-boxes=runs/oi-pbc-boxes \\',
  '  --data marrow=$DATA/marrow --data marrow-boxes=runs/marrow-boxes --data bccd=$DATA/bccd',
  'node --conditions=@leukoscope/source experiments/laboratory-left-out/measure.ts $DATA CACHE experiments/laboratory-left-out/runs',
  '```',
  '',
  '| refiner | laboratory | cells | right |',
  '|---|---|---|---|',
  ...rows,
  '',
];
await writeFile(path.join(import.meta.dirname, 'measured.md'), page.join('\n'));
await writeFile(
  path.join(import.meta.dirname, 'measured.json'),
  `${JSON.stringify(results, null, 1)}\n`,
);

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
