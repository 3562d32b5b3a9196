/**
 * @file Draws the pictures that ship with the server: the fields of the demo case and the examples of cell
 * classes. All pixels are drawn (docs/guide-synthetic-smears.md); the same program gives the same bytes.
 *
 * `node --conditions=@leukoscope/source apps/server/scripts/write-demo.ts`
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CellClass } from '@leukoscope/core';
import { synthesiseCell, synthesisedClasses, synthesiseField } from '@leukoscope/datasets';
import { encodeJpeg } from '@leukoscope/image';

const folder = fileURLToPath(new URL('../demo', import.meta.url));
const size = { width: 960, height: 720 };
const examplesPerClass = 3;
const exampleSide = 144;

/** A smear with a left shift, some immature cells and erythroblasts: something of everything to review. */
const fields: readonly (readonly (readonly [CellClass, number])[])[] = [
  [
    ['segmented-neutrophil', 6],
    ['lymphocyte', 3],
    ['monocyte', 1],
    ['eosinophil', 1],
  ],
  [
    ['segmented-neutrophil', 5],
    ['band-neutrophil', 1],
    ['lymphocyte', 3],
    ['reactive-lymphocyte', 1],
    ['basophil', 1],
  ],
  [
    ['segmented-neutrophil', 6],
    ['lymphocyte', 3],
    ['monocyte', 1],
    ['metamyelocyte', 1],
    ['smudge-cell', 1],
  ],
  [
    ['segmented-neutrophil', 5],
    ['band-neutrophil', 1],
    ['lymphocyte', 3],
    ['eosinophil', 1],
    ['orthochromatic-normoblast', 1],
    ['giant-platelet', 1],
  ],
  [
    ['segmented-neutrophil', 6],
    ['lymphocyte', 3],
    ['monocyte', 1],
    ['myelocyte', 1],
  ],
  [
    ['segmented-neutrophil', 5],
    ['band-neutrophil', 1],
    ['lymphocyte', 3],
    ['myeloblast', 1],
    ['plasma-cell', 1],
  ],
];

rmSync(folder, { recursive: true, force: true });
mkdirSync(path.join(folder, 'fields'), { recursive: true });
mkdirSync(path.join(folder, 'examples'));
let bytes = 0;
const write = (name: string, data: Uint8Array) => {
  writeFileSync(path.join(folder, name), data);
  bytes += data.length;
};

for (const [i, cells] of fields.entries()) {
  const { raster } = synthesiseField({
    seed: 2026 + i,
    size,
    // The look in which the shipped model finds most drawn cells: a demonstration shall show its work.
    look: 'laboratory',
    pixelsPerMicron: 8,
    cells: cells.flatMap(([cellClass, count]) => new Array<CellClass>(count).fill(cellClass)),
    overlap: 0.05,
    cutOff: 0.04,
    debris: i % 2,
  });
  write(`fields/demo-field-${i + 1}.jpg`, await encodeJpeg(raster, { quality: 82 }));
}
for (const cellClass of synthesisedClasses) {
  for (let i = 1; i <= examplesPerClass; i++) {
    const { raster } = synthesiseCell(cellClass, { seed: 40 + i, side: exampleSide });
    write(`examples/${cellClass}-${i}.jpg`, await encodeJpeg(raster, { quality: 85 }));
  }
}
console.log(`${folder}: ${(bytes / 1024).toFixed(0)} KB`);
