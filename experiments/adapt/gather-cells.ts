/**
 * @file Gathers the cells of every laboratory with their features, through the model as it ships:
 * `node --conditions=@leukoscope/source experiments/adapt/gather-cells.ts DATA_FOLDER OUT_FOLDER [MODEL] [NAME ...]`
 */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { openModel } from '@leukoscope/pipeline/node';
import { collectCells } from '@leukoscope/training';
import { writeCells } from './gathered-cells.ts';
import { laboratories, openLaboratory } from './laboratories.ts';

const [data, out, modelName = 'compact', ...names] = process.argv.slice(2);
if (data === undefined || out === undefined) {
  console.error('usage: gather-cells.ts DATA_FOLDER OUT_FOLDER [MODEL] [NAME ...]');
  process.exit(2);
}
mkdirSync(out, { recursive: true });
const model = await openModel(modelName, { features: true, threads: 1 });
for (const laboratory of laboratories) {
  if (names.length > 0 && !names.includes(laboratory.name)) continue;
  const started = performance.now();
  const { folder, dataset } = await openLaboratory(laboratory, data);
  const purposes = new Map(
    dataset.images.map((image) => [image.file, laboratory.purposeOf(image)] as const),
  );
  const { cells, notFound, notTyped } = await collectCells(model, dataset, {
    read: (file) => folder.read(file),
    groupOf: (image) => laboratory.groupOf(image),
    centred: laboratory.centred,
  });
  writeCells(
    path.join(out, `${laboratory.name}.safetensors`),
    cells.map((cell) => ({ ...cell, purpose: purposes.get(cell.file)! })),
  );
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  console.log(
    `${laboratory.name}: ${cells.length} cells of ${dataset.images.length} pictures, ${notFound} not found, ${notTyped} without a type of the model, ${seconds} s`,
  );
}
await model.close();
