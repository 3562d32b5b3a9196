/**
 * @file The compact model, adapted by its last layer and fine-tuned as a whole, on the same of Raabin's slides that taught neither,
 * and on what the compact model knew: BCISC's and PBC's pictures that trained nothing.
 *
 * `node --conditions=@leukoscope/source experiments/fine-tuning/measure.ts DATA TESTS CACHE NAME=MODEL ...`: TESTS is what
 * `divide.ts` wrote; CACHE keeps what each model said. Writes measured.json and measured.md beside this file. The first model
 * is the one that the others are compared with, cell by cell (McNemar).
 */
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type CellClass, reportClass } from '@leukoscope/core';
import { mcNemar } from '@leukoscope/metrics';
import { refinerClasses } from '@leukoscope/models';
import { answerFor } from '@leukoscope/training';
import {
  type CollectedCell,
  collectCells,
  readCollected,
} from '../other-laboratories/collected-cells.ts';
import { wilson } from '../other-laboratories/wilson.ts';

const [data, tests, cache, ...named] = process.argv.slice(2);
if (data === undefined || tests === undefined || cache === undefined || named.length === 0) {
  console.error('usage: measure.ts DATA TESTS CACHE NAME=MODEL ...');
  process.exit(2);
}
const laboratories = ['raabin', 'bcisc', 'pbc-more'];
const root = mkdtempSync(path.join(tmpdir(), 'leukoscope-fine-'));
symlinkSync(path.resolve(tests), path.join(root, 'raabin'));
for (const name of ['bcisc', 'pbc-more']) {
  symlinkSync(path.resolve(data, name), path.join(root, name));
}
const rows: Row[] = [];
try {
  for (const text of named) {
    const [name = '', model = ''] = text.split('=');
    await collectCells(root, path.join(cache, name), model, laboratories);
    for (const laboratory of laboratories) {
      rows.push(rowOf(name, laboratory, await readCollected(path.join(cache, name), laboratory)));
    }
  }
} finally {
  rmSync(root, { recursive: true });
}
const results = rows.map(({ right: _, ...row }) => row);
writeFileSync(
  path.join(import.meta.dirname, 'measured.json'),
  `${JSON.stringify(results, null, 2)}\n`,
);
writeFileSync(path.join(import.meta.dirname, 'measured.md'), page());
console.log(page());

interface Row {
  readonly name: string;
  readonly laboratory: string;
  readonly cells: number;
  readonly share: number;
  readonly limits: readonly [number, number];
  /** Mean of the shares of the types that the laboratory has. */
  readonly balanced: number;
  readonly byType: Readonly<Record<string, number>>;
  /** Against the first model. */
  readonly p: number | null;
  /** By cell; not written. */
  readonly right: readonly boolean[];
}

function rowOf(name: string, laboratory: string, all: readonly CollectedCell[]): Row {
  const cells = all.filter(({ label }) => label !== null);
  const right = cells.map(isRight);
  const types = Map.groupBy(cells.keys(), (n) => asFive(cells[n]!.label!));
  const byType = Object.fromEntries(
    [...types].map(([type, places]) => [type, shareOf(places.map((n) => right[n]!))]).sort(),
  ) as Record<string, number>;
  const shares = Object.values(byType);
  const first = rows.find((row) => row.laboratory === laboratory);
  return {
    name,
    laboratory,
    cells: cells.length,
    share: shareOf(right),
    limits: wilson(right.filter(Boolean).length, right.length),
    balanced: shares.reduce((sum, share) => sum + share, 0) / shares.length,
    byType,
    p: first === undefined ? null : mcNemar(first.right, right).pValue,
    right,
  };
}

/** Of five types and other kinds; a cell that was not found is not right. */
function isRight({ label, found }: CollectedCell): boolean {
  if (found === null) return false;
  return asFive(answerFor(found.probabilities, refinerClasses, label!)) === asFive(label!);
}

function asFive(type: CellClass): string {
  return reportClass(type, 'five');
}

function shareOf(right: readonly boolean[]): number {
  return right.filter(Boolean).length / right.length;
}

function page(): string {
  const share = (value: number) => value.toFixed(3);
  return [
    '# What was measured',
    '',
    'Written by `measure.ts` (its head says how). Five types, precursors and other kinds apart; cells that are not found count as wrong; limits are',
    "Wilson's. For research use only, not for diagnosis.",
    '',
    '```sh',
    'N="node --conditions=@leukoscope/source experiments/fine-tuning"',
    '$N/divide.ts RAABIN DIVIDED --seed 16',
    'npx leukoscope predict compact RAABIN --out BOXES                # and of oi-pbc',
    'npx leukoscope experiment run fine-tuning --data raabin=DIVIDED/teaches --data raabin-boxes=BOXES --data oi-pbc=... --data oi-pbc-boxes=... --data bcisc=...',
    'npx leukoscope model join experiments/compact/weights/compact-locator.safetensors experiments/fine-tuning/runs/refiner --out FINE   # and of runs/longer',
    "npx leukoscope adapt --data DIVIDED/teaches --together '^[^/]+/([^_]+)_' --out ADAPTED",
    '$N/measure.ts DATA DIVIDED/tests CACHE compact=compact adapted=ADAPTED fine-tuned=FINE longer=LONGER',
    '```',
    '',
    '| model | cells of | cells | right | mean over types | P against the first |',
    '|---|---|---|---|---|---|',
    ...rows.map(
      ({ name, laboratory, cells, share: right, limits: [low, high], balanced, p }) =>
        `| ${name} | ${laboratory} | ${cells} | ${share(right)} (${share(low)} to ${share(high)}) | ${share(balanced)} | ${p === null ? '–' : p.toPrecision(2)} |`,
    ),
    '',
  ].join('\n');
}
