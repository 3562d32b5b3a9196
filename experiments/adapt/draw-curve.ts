/**
 * @file Draws the learning curves that `measure-curve.ts` measured:
 * `node --conditions=@leukoscope/source experiments/adapt/draw-curve.ts RESULTS_FOLDER`
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { learningCurveFigure } from '@leukoscope/metrics';

interface Measured {
  readonly points: readonly { readonly cells: number; readonly here: { readonly mean: number } }[];
}

const folder = process.argv[2];
if (folder === undefined) {
  console.error('usage: draw-curve.ts RESULTS_FOLDER');
  process.exit(2);
}
const curves = ['raabin', 'dataset1', 'dataset2'].map((label) => {
  const text = readFileSync(path.join(folder, `curve-${label}.json`), 'utf8');
  return { label, points: parseMeasured(text).points };
});
const { svg } = learningCurveFigure(
  curves.map(({ label, points }) => ({
    label,
    points: points.map(({ cells, here }) => ({ x: Math.log2(1 + cells), y: here.mean })),
  })),
  {
    name: 'adaptation-curve',
    title: 'Types right on other slides of the laboratory',
    xTitle: 'Named cells, log2(1 + n)',
    yTitle: 'Share right',
  },
);
writeFileSync(path.join(folder, 'curve.svg'), svg);

/** What `measure-curve.ts` wrote. */
function parseMeasured(text: string): Measured {
  return JSON.parse(text) as Measured;
}
