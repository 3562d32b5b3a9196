/**
 * @file Gathers the features of the cells that wbcatt describes, through the model as it ships:
 * `node --conditions=@leukoscope/source experiments/attributes/gather.ts DATA CELLS.safetensors`
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { hash32 } from '@leukoscope/core';
import { analyseImage, cellInTheMiddle } from '@leukoscope/pipeline';
import { openModel } from '@leukoscope/pipeline/node';
import { meanOfViews } from '@leukoscope/models';
import { decodeCells, encodeCells, type GatheredCell } from './gathered-cells.ts';
import { readTable } from './read-table.ts';

const [data, out] = process.argv.slice(2);
if (data === undefined || out === undefined) {
  console.error('usage: gather.ts DATA CELLS.safetensors');
  process.exit(2);
}
/** Where a picture may lie, and whether the refiner learnt its type there. */
const folders = [
  { folder: 'oi-pbc/images/train', hasTaught: true },
  { folder: 'oi-pbc/images/val', hasTaught: false },
  { folder: 'pbc-more', hasTaught: false },
];
/** Low enough that a described cell is not lost to the threshold. */
const scoreThreshold = 0.05;

/** Written from time to time, so that a long run that ends early was not for nothing. */
const everyCells = 100;

const started = performance.now();
const model = await openModel('compact', { features: 'pooled', threads: 1 });
const cells: GatheredCell[] = existsSync(out) ? decodeCells(readFileSync(out)) : [];
const known = new Set(cells.map(({ file }) => file));
const missing: string[] = [];
// In the order of a hash, so that the first so many are a fair part.
const rows = readTable(path.join(data, 'wbcatt/attributes.csv')).sort(
  (a, b) => hash32(a.file) - hash32(b.file),
);
for (const row of rows) {
  if (known.has(row.file)) continue;
  const place = folders.find(({ folder }) => existsSync(path.join(data, folder, row.file)));
  if (place === undefined) {
    missing.push(`${row.file}: no picture`);
    continue;
  }
  const bytes = readFileSync(path.join(data, place.folder, row.file));
  const { size, findings } = await analyseImage(bytes, model, { scoreThreshold });
  const cell = cellInTheMiddle(
    findings.filter(({ features }) => features !== undefined),
    size,
  );
  if (cell?.features === undefined) missing.push(`${row.file}: no cell`);
  else
    cells.push({
      ...row,
      hasTaught: place.hasTaught,
      type: cell.cellClass,
      features: meanOfViews(cell.features),
    });
  if (cells.length % everyCells === 0) writeFileSync(out, encodeCells(cells));
}
await model.close();
writeFileSync(out, encodeCells(cells));
const seconds = ((performance.now() - started) / 1000).toFixed(0);
console.log(
  `${cells.length} cells in ${seconds} s; ${missing.length} missing: ${missing.join('; ')}`,
);
