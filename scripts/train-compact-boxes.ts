/**
 * @file Draws the boxes of cells that have a type but no box, with a compact model that is trained already:
 * `node --conditions=@leukoscope/source scripts/train-compact-boxes.ts --data DIR --out FILE [--model FILE] [--threads N]`
 *
 * PBC images and marrow patches show one cell in the middle. The model's own box is what the refiner will be shown
 * at inference, so it learns from squares like those. Written: `{ "DATASET/FILE": box }`; images where nothing lies
 * in the middle are left out, and training takes the box of a rule for them.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Box, Size } from '@leukoscope/core';
import { decodeRgb } from '@leukoscope/image';
import { imageKey } from '@leukoscope/training';
import { type AnalysedCells, createAnalyser } from './evaluate-compact-analyse.ts';
import { openSets } from './train-compact-data.ts';

const { values: args } = parseArgs({
  options: {
    data: { type: 'string' },
    out: { type: 'string' },
    model: { type: 'string', default: 'weights/leukoscope-compact.json' },
    threads: { type: 'string', default: '2' },
  },
});
if (args.data === undefined || args.out === undefined) {
  console.error('usage: train-compact-boxes.ts --data DIR --out FILE [--model FILE] [--threads N]');
  process.exit(2);
}
await mkdir(path.dirname(args.out), { recursive: true }); // before the work, not after it
const analyser = await createAnalyser(args.model, Number(args.threads));
const boxes: Record<string, Box> = {};
for (const { folder, dataset } of await openSets(args.data, ['oi-pbc', 'marrow'])) {
  let found = 0;
  for (const [i, image] of dataset.images.entries()) {
    const raster = await decodeRgb(await folder.read(image.file));
    const box = boxInTheMiddle(await analyser.analyse(raster), raster);
    if (box !== undefined) {
      boxes[imageKey(dataset.name, image.file)] = box;
      found++;
    }
    if ((i + 1) % 200 === 0) console.log(`${dataset.name}: ${i + 1} of ${dataset.images.length}`);
  }
  console.log(`${dataset.name}: a cell in the middle of ${found} of ${dataset.images.length}`);
}
await analyser.close();
await writeFile(args.out, `${JSON.stringify(boxes)}\n`);

/** The surest cell or platelet that covers the middle of the image. */
function boxInTheMiddle({ cells, plain }: AnalysedCells, { width, height }: Size): Box | undefined {
  const covers = ({ x1, y1, x2, y2 }: Box) =>
    x1 < width / 2 && width / 2 < x2 && y1 < height / 2 && height / 2 < y2;
  const platelets = plain.filter(({ cellClass }) => cellClass === 'platelet');
  return [...cells, ...platelets]
    .filter(({ box, score }) => score > 0.1 && covers(box))
    .sort((a, b) => b.score - a.score)[0]?.box;
}
