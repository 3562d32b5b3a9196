/**
 * @file Lobes as counted against the shape of the nucleus as wbcatt names it, inside outlines of `compact`:
 * `node --conditions=@leukoscope/source experiments/attributes/measure-lobes.ts DATA DETECTIONS.json RESULTS.json [SIDE]`
 *
 * DETECTIONS.json is what `leukoscope predict compact DATA/oi-pbc` wrote. SIDE: `measures` (default), or `chooses` to look
 * at where thresholds are chosen.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import {
  attributeNames,
  attributeValues,
  decodePlacedRle,
  hash32,
  rleFromString,
} from '@leukoscope/core';
import { decodeRgb } from '@leukoscope/image';
import { outlineNucleus } from '@leukoscope/pipeline';
import { readTable } from './read-table.ts';
import { sideOf } from './sides.ts';

const [data, detections, out, side = 'measures'] = process.argv.slice(2);
if (data === undefined || detections === undefined || out === undefined) {
  console.error('usage: measure-lobes.ts DATA DETECTIONS.json RESULTS.json [SIDE]');
  process.exit(2);
}
/** Enough for limits of a few percent. */
const mostCells = 250;

interface Coco {
  readonly images: readonly { id: number; file_name: string; width: number; height: number }[];
  readonly annotations: readonly {
    image_id: number;
    bbox: [number, number, number, number];
    segmentation?: { size: [number, number]; counts: string };
  }[];
}
const coco: Coco = JSON.parse(readFileSync(detections, 'utf8'));
const images = new Map(coco.images.map((image) => [path.basename(image.file_name), image]));
const place = attributeNames.indexOf('nucleus-shape');
const shapes = attributeValues['nucleus-shape'];
/** By shape, how many nuclei have one, two, three and more lobes. */
const counts = Object.fromEntries(shapes.map((shape) => [shape, [0, 0, 0, 0]]));
let looked = 0;
const rows = readTable(path.join(data, 'wbcatt/attributes.csv'))
  .filter(({ file }) => sideOf(file) === side && images.has(file))
  .sort((a, b) => hash32(a.file) - hash32(b.file));
for (const { file, values } of rows) {
  if (looked >= mostCells) break;
  const image = images.get(file)!;
  const cell = coco.annotations
    .filter(({ image_id }) => image_id === image.id)
    .find(
      ({ bbox: [x, y, w, h], segmentation }) =>
        segmentation !== undefined &&
        x < image.width / 2 &&
        image.width / 2 < x + w &&
        y < image.height / 2 &&
        image.height / 2 < y + h,
    );
  const runs = cell?.segmentation;
  const mask = runs && decodePlacedRle(rleFromString(runs.counts, image));
  const picture = path.join(data, 'oi-pbc', image.file_name);
  if (mask === undefined || !existsSync(picture)) continue;
  const nucleus = outlineNucleus(await decodeRgb(readFileSync(picture)), mask);
  counts[shapes[values[place]!]!]![Math.min(3, nucleus?.lobes ?? 0)]!++;
  looked++;
}
console.log('| shape | no nucleus | one part | two lobes | three and more |');
console.log('|---|---|---|---|---|');
for (const [shape, row] of Object.entries(counts)) console.log(`| ${shape} | ${row.join(' | ')} |`);
writeFileSync(out, `${JSON.stringify({ side, looked, counts }, null, 2)}\n`);
