/**
 * @file The learning curve of adaptation: cells named a type against types right on other slides, and what it costs the
 * laboratories that the parent knows. Five draws of slides and cells.
 * `node --conditions=@leukoscope/source experiments/adapt/measure-curve.ts CELLS_FOLDER OUT_FOLDER LABORATORY [FEATURES]`
 * FEATURES: look only at so many of the features; the first 160 are those of the shipped layer.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { coarsen, taxonomies } from '@leukoscope/core';
import { mean, standardDeviation, studentQuantile } from '@leukoscope/metrics';
import { type FeatureCells, fitSite, taughtCells } from '@leukoscope/training';
import { type GatheredCell, readCells } from './gathered-cells.ts';
import {
  drawEach,
  drawSides,
  keptCells,
  parent,
  randomOf,
  runtime,
  shareRight,
  stored,
} from './measured-labs.ts';

const [folder, out, laboratory, width] = process.argv.slice(2);
if (folder === undefined || out === undefined || laboratory === undefined) {
  console.error('usage: measure-curve.ts CELLS_FOLDER OUT_FOLDER LABORATORY [FEATURES]');
  process.exit(2);
}
const draws = 5;
const counts = [0, 5, 10, 20, 40, 80, Number.POSITIVE_INFINITY] as const;
const narrow = (view: Float32Array) => view.subarray(0, Number(width ?? view.length));
const narrowed = (cells: readonly GatheredCell[]) =>
  cells.map((cell) => ({ ...cell, views: cell.views.map(narrow) }));
const kept = narrowed(keptCells(folder));
const memory = narrowMemory(stored.memory);
const fiveOf = (cell: GatheredCell) => coarsen(cell.label, taxonomies.five.classes) ?? cell.label;

interface Point {
  /** Cells a type; null: all of the slides to learn from. */
  readonly each: number | null;
  /** Cells in all, mean over draws. */
  readonly cells: number;
  /** Of the laboratory's other slides; of BCISC and PBC among five types, and as finely as they are labelled. */
  readonly here: Spread;
  readonly keptFive: Spread;
  readonly keptFine: Spread;
  /** Of one core, for the fit. */
  readonly seconds: number;
}

/** What one draw gave. */
interface Run {
  readonly cells: number;
  readonly here: number;
  readonly keptFive: number;
  readonly keptFine: number;
  readonly seconds: number;
}

interface Spread {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  readonly draws: readonly number[];
}

const points: Point[] = [];
const cells = narrowed(readCells(folder, laboratory));
for (const each of counts) {
  const runs: Run[] = [];
  for (let draw = 0; draw < draws; draw++) {
    const random = randomOf(laboratory, draw);
    const { pool, test } = drawSides(cells, random.fork('sides'));
    const named = drawEach(pool, each, random.fork('cells'));
    const started = process.cpuUsage();
    const head =
      each === 0 ? undefined : await fitSite(parent, taughtCells(named), memory, { runtime });
    const seconds = process.cpuUsage(started).user / 1e6;
    runs.push({
      cells: named.length,
      here: shareRight(test, head),
      keptFive: shareRight(kept, head, fiveOf),
      keptFine: shareRight(kept, head),
      seconds,
    });
  }
  const spreadOf = (key: 'here' | 'keptFive' | 'keptFine') => spread(runs.map((run) => run[key]));
  const point: Point = {
    each: Number.isFinite(each) ? each : null,
    cells: mean(runs.map((run) => run.cells)),
    here: spreadOf('here'),
    keptFive: spreadOf('keptFive'),
    keptFine: spreadOf('keptFine'),
    seconds: mean(runs.map((run) => run.seconds)),
  };
  points.push(point);
  console.log(row(point));
}
mkdirSync(out, { recursive: true });
await runtime.close();
writeFileSync(
  path.join(out, `curve-${laboratory}.json`),
  `${JSON.stringify({ seed: 16, draws, kept: kept.length, points }, null, 2)}\n`,
);

function narrowMemory({ width: F, features, labels }: FeatureCells): FeatureCells {
  const own = Number(width ?? F);
  const rows = features.filter((_, i) => i % F < own);
  return { width: own, features: rows, labels };
}

function spread(values: readonly number[]): Spread {
  const middle = mean(values);
  const reach =
    (studentQuantile(0.975, values.length - 1) * standardDeviation(values)) /
    Math.sqrt(values.length);
  return { mean: middle, low: middle - reach, high: middle + reach, draws: values };
}

function row({ each, cells, here, keptFive, keptFine, seconds }: Point): string {
  const text = ({ mean: m, low, high }: Spread) =>
    `${m.toFixed(3)} (${low.toFixed(3)}-${high.toFixed(3)})`;
  return `| ${laboratory} | ${each ?? 'all'} | ${cells.toFixed(0)} | ${text(here)} | ${text(keptFive)} | ${text(keptFine)} | ${seconds.toFixed(1)} |`;
}
