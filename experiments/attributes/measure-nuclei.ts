/**
 * @file How well nuclei are outlined inside outlines that people drew, with 95 % limits of the mean:
 * `node --conditions=@leukoscope/source experiments/attributes/measure-nuclei.ts DATA RESULTS.json`
 *
 * Every fourth picture of both sets chose the measure of stain and the smoothing; the others are measured.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import path from 'node:path';
import { createMask, maskArea, type PlacedMask } from '@leukoscope/core';
import { decodeRgb, labelComponents, toPlacedMasks } from '@leukoscope/image';
import { outlineNucleus } from '@leukoscope/pipeline';

const [data, out] = process.argv.slice(2);
if (data === undefined || out === undefined) {
  console.error('usage: measure-nuclei.ts DATA RESULTS.json');
  process.exit(2);
}
const sets = [
  { name: 'bccd-masks', masks: 'bccd-masks', pictures: ['bccd/images', 'bccd/JPEGImages', 'bccd'] },
  { name: 'all-idb2', masks: 'all-idb2/masks', pictures: ['all-idb2/images'] },
] as const;
/** Values of the masks: 255 nucleus, 128 cytoplasm, 0 other. */
const [leastCell, leastNucleus] = [64, 192];
/** Smaller pieces are ends of neighbours. */
const [leastCellArea, leastNucleusArea] = [600, 100];

const results: Record<string, object> = {};
for (const { name, masks, pictures } of sets) {
  const dice: number[] = [];
  const sharesOff: number[] = [];
  let milliseconds = 0;
  const files = readdirSync(path.join(data, masks)).filter((file) => file.endsWith('.png'));
  for (const [n, file] of files.sort().entries()) {
    if (n % 4 === 0) continue;
    const base = file.replace(/\.png$/, '.jpg');
    const folder = pictures.find((place) => existsSync(path.join(data, place, base)));
    if (folder === undefined) continue;
    const raster = await decodeRgb(readFileSync(path.join(data, folder, base)));
    const drawn = await decodeRgb(readFileSync(path.join(data, masks, file)));
    const from = (least: number) =>
      createMask(
        drawn,
        Uint8Array.from({ length: drawn.width * drawn.height }, (_, i) =>
          Number(drawn.data[i * 3]! >= least),
        ),
      );
    const nuclei = from(leastNucleus);
    for (const cell of toPlacedMasks(labelComponents(from(leastCell)))) {
      const truth = inside(cell, nuclei);
      if (maskArea(cell.mask) < leastCellArea || maskArea(truth) < leastNucleusArea) continue;
      const before = process.threadCpuUsage();
      const found = outlineNucleus(raster, cell);
      const { user, system } = process.threadCpuUsage(before);
      milliseconds += (user + system) / 1000;
      dice.push(found === undefined ? 0 : diceOf(found.mask.mask.data, truth.data));
      const share = found === undefined ? 0 : maskArea(found.mask.mask) / maskArea(cell.mask);
      sharesOff.push(Math.abs(share - maskArea(truth) / maskArea(cell.mask)));
    }
  }
  const mean = meanOf(dice);
  const deviation = Math.sqrt(meanOf(dice.map((d) => (d - mean) ** 2)));
  const half = (1.96 * deviation) / Math.sqrt(dice.length);
  results[name] = {
    cells: dice.length,
    dice: short(mean),
    low: short(mean - half),
    high: short(mean + half),
    median: short(dice.sort((a, b) => a - b)[dice.length >> 1]!),
    shareOff: short(meanOf(sharesOff)),
    processorMillisecondsPerCell: short(milliseconds / dice.length),
  };
  console.log(name, JSON.stringify(results[name]));
}
writeFileSync(out, `${JSON.stringify({ processor: cpus()[0]?.model, results }, null, 2)}\n`);

function inside({ left, top, mask }: PlacedMask, whole: PlacedMask['mask']) {
  const part = createMask(mask);
  for (let y = 0, i = 0; y < mask.height; y++)
    for (let x = 0; x < mask.width; x++, i++)
      part.data[i] = mask.data[i]! & whole.data[(top + y) * whole.width + left + x]!;
  return part;
}

function diceOf(a: Uint8Array, b: Uint8Array): number {
  let shared = 0;
  let both = 0;
  for (let i = 0; i < a.length; i++) {
    shared += a[i]! & b[i]!;
    both += a[i]! + b[i]!;
  }
  return (2 * shared) / both;
}

function meanOf(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / values.length;
}

function short(value: number): number {
  return Number(value.toFixed(4));
}
