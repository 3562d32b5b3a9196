/**
 * @file What nuclei and attributes cost: processor time of the model with its heads and without, in turn, on fields of BCISC, and
 * of nuclei alone: `node --conditions=@leukoscope/source experiments/attributes/measure-time.ts DATA`
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { decodeRgb } from '@leukoscope/image';
import { analyseImage, loadModel, outlineNucleus } from '@leukoscope/pipeline';
import { describeModel } from '@leukoscope/pipeline/node';

const [data] = process.argv.slice(2);
if (data === undefined) {
  console.error('usage: measure-time.ts DATA');
  process.exit(2);
}
const folder = path.join(data, 'bcisc/fields');
const rasters = await Promise.all(
  readdirSync(folder)
    .slice(0, 8)
    .map((file) => decodeRgb(readFileSync(path.join(folder, file)))),
);
const rounds = 3;
const described = await describeModel('compact');
const { attributes, ...plain } = described.description;
const run = { threads: 1 };
const models = {
  with: await loadModel(described, run),
  without: await loadModel({ ...described, description: plain }, run),
};
const spent = { with: 0, without: 0 };
let nuclei = 0;
let cells = 0;
for (let round = 0; round <= rounds; round++) {
  for (const raster of rasters) {
    for (const name of ['with', 'without'] as const) {
      const before = process.cpuUsage();
      const { findings } = await analyseImage(raster, models[name]);
      const { user, system } = process.cpuUsage(before);
      // The first round loads the networks and warms the code.
      if (round === 0) continue;
      spent[name] += (user + system) / 1000;
      if (name === 'without') continue;
      for (const { mask } of findings) {
        if (mask === undefined) continue;
        const start = process.threadCpuUsage();
        outlineNucleus(raster, mask);
        const { user: used, system: more } = process.threadCpuUsage(start);
        nuclei += (used + more) / 1000;
        cells++;
      }
    }
  }
}
for (const model of Object.values(models)) await model.close();
const fields = rounds * rasters.length;
const text = (value: number) => `${value.toFixed(2)} ms`;
console.log(
  `field with heads ${text(spent.with / fields)}, without ${text(spent.without / fields)}`,
);
console.log(
  `nuclei ${text(nuclei / cells)} a cell, ${text(nuclei / fields)} a field: ${((100 * nuclei) / (spent.without - nuclei)).toFixed(1)} % of the rest (${attributes?.heads.length ?? 0} heads, ${cells / rounds} cells)`,
);
