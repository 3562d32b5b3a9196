/**
 * @file Writes the memory of features that ships: cells of laboratories whose licences allow it, one byte a feature, no
 * pictures. `node --conditions=@leukoscope/source experiments/adapt/write-memory.ts CELLS_FOLDER weights/compact-memory.safetensors`
 */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRandom } from '@leukoscope/core';
import { refinerBody } from '@leukoscope/models';
import { decodeOnnxModel } from '@leukoscope/nn';
import { encodeFeatureMemory } from '@leukoscope/training';
import { featuresOf, type GatheredCell, readCells } from './gathered-cells.ts';
import type { Purpose } from './laboratories.ts';

const [folder, target] = process.argv.slice(2);
if (folder === undefined || target === undefined) {
  console.error('usage: write-memory.ts CELLS_FOLDER FILE');
  process.exit(2);
}
const sources = ['bcisc', 'pbc', 'bccd', 'marrow', 'aml-lmu'];
const random = createRandom(16);
const cells = sources.flatMap((name) => readCells(folder, name));
const refiner = new Uint8Array(
  readFileSync(new URL('../../weights/compact-refiner-int8.onnx', import.meta.url)),
);
const bytes = encodeFeatureMemory({
  memory: featuresOf(chosen('memory', 66)),
  check: featuresOf(chosen('check', 24)),
  body: createHash('sha256')
    .update(refinerBody(decodeOnnxModel(refiner)))
    .digest('hex'),
  sources:
    'BCISC (Apache-2.0), PBC images by the types in their names (CC BY 4.0), BCCD (MIT), marrow stages (Choi et al. 2017), AML LMU (CC BY 3.0)',
});
writeFileSync(target, bytes);
console.log(`${target}: ${bytes.length} bytes`);

/** At most so many of each type; where there are more, as many from each laboratory as there are. */
function chosen(purpose: Purpose, most: number): GatheredCell[] {
  const own = cells.filter((cell) => cell.purpose === purpose);
  const labels = [...new Set(own.map(({ label }) => label))].sort();
  return labels.flatMap((label) => {
    const shuffled = random
      .fork(`${purpose} ${label}`)
      .shuffle(own.filter((cell) => cell.label === label));
    const picked = shuffled.slice(0, most);
    console.log(`${purpose} ${label}: ${picked.length} of ${shuffled.length}`);
    return picked;
  });
}
