/**
 * @file Whole fields of marrow: the wish of the marrow paper, a stage of detection in front of its network. Compact finds and outlines the
 * nucleated cells of fields of myeloma patients; compact itself and networks of the marrow experiment name their stages.
 *
 * `node --conditions=@leukoscope/source experiments/marrow-fields/measure.ts SEGPC [NAME=RUN ...]` writes README.md and results.json beside
 * this file. In the set only plasma cells are drawn, touching ones as one region, and no stage is told: what can be measured is
 * whether the drawn cells are found; what the others are called can only be shown.
 */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import {
  cellClasses,
  type CellClass,
  clopperPearson,
  createMask,
  type Finding,
  type Interval,
  type Mask,
} from '@leukoscope/core';
import { decodeRgb, labelComponents, toRgbRaster } from '@leukoscope/image';
import { analyseImage } from '@leukoscope/pipeline';
import { openModel } from '@leukoscope/pipeline/node';
import { calledBy } from '../called-by.ts';

const [root, ...named] = process.argv.slice(2);
if (root === undefined) {
  console.error('usage: measure.ts SEGPC [NAME=RUN ...]');
  process.exit(2);
}
/** Smaller drawn regions are slips of the brush. */
const leastPixels = 200;
const models = [
  ['compact, marrow expected', 'compact'] as const,
  ...named.map((text) => text.split('=') as [string, string]),
];
const files = (await readdir(path.join(root, 'images'))).sort();

interface Told {
  readonly cellClass: CellClass;
  readonly isUnsure: boolean;
  /** At least half of its outline lies in a drawn region. */
  readonly isPlasma: boolean;
}
interface Row {
  readonly name: string;
  readonly regions: number;
  readonly found: number;
  /** Of the others: those on which a platelet was found. */
  readonly asPlatelet: number;
  readonly limits: Interval;
  readonly told: readonly Told[];
}

const rows: Row[] = [];
for (const [name, location] of models) {
  const model = await openModel(location);
  let [regions, found, asPlatelet] = [0, 0, 0];
  const told: Told[] = [];
  for (const file of files) {
    const bytes = await readFile(path.join(root, 'images', file));
    const drawn = await drawnIn(file);
    const { findings } = await analyseImage(bytes, model, {
      // Networks of marrow alone expect nothing else.
      expectation: model.facts.priors?.marrow === undefined ? undefined : 'marrow',
      depth: 'fine',
    });
    const { count, data } = labelComponents(drawn);
    const sizes = new Map<number, number>();
    for (const id of data) if (id > 0) sizes.set(id, (sizes.get(id) ?? 0) + 1);
    const [met, plates] = [new Set<number>(), new Set<number>()];
    for (const finding of findings) {
      if (finding.cellClass === 'erythrocyte') continue;
      const { most, share } = regionUnder(finding, drawn, data);
      if (finding.cellClass === 'platelet') {
        if (share >= 0.5) plates.add(most);
        continue;
      }
      if (share >= 0.5) met.add(most);
      const { cellClass, isUnsure } = finding;
      told.push({ cellClass, isUnsure, isPlasma: share >= 0.5 });
    }
    for (let id = 1; id <= count; id++) {
      if (sizes.get(id)! < leastPixels) continue;
      regions++;
      if (met.has(id)) found++;
      else if (plates.has(id)) asPlatelet++;
    }
  }
  await model.close();
  rows.push({ name, regions, found, asPlatelet, limits: clopperPearson(found, regions), told });
  console.log(name, found, regions);
}
const results = rows.map(({ told, ...row }) => ({ ...row, cells: countsOf(told) }));
const written = { fields: files.length, leastPixels, rows: results };
await writeFile(
  path.join(import.meta.dirname, 'results.json'),
  `${JSON.stringify(written, null, 2)}\n`,
);
await writeFile(path.join(import.meta.dirname, 'README.md'), page());

/** The drawn plasma cells of a field. */
async function drawnIn(file: string): Promise<Mask> {
  const name = `${path.parse(file).name}.png`;
  const { width, height, data } = toRgbRaster(
    await decodeRgb(await readFile(path.join(root!, 'masks', name))),
  );
  const mask = createMask({ width, height });
  for (let i = 0; i < width * height; i++) mask.data[i] = data[3 * i]! >= 128 ? 1 : 0;
  return mask;
}

/** The drawn region that most of a finding lies on, and the share of the finding in any. */
function regionUnder({ mask: placed, box }: Finding, drawn: Mask, ids: Int32Array) {
  const counts = new Map<number, number>();
  let pixels = 0;
  const left = placed?.left ?? Math.round(box.x1);
  const top = placed?.top ?? Math.round(box.y1);
  const width = placed?.mask.width ?? Math.round(box.x2) - left;
  const height = placed?.mask.height ?? Math.round(box.y2) - top;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (placed !== undefined && placed.mask.data[y * width + x] === 0) continue;
      pixels++;
      const [column, row] = [x + left, y + top];
      if (column < 0 || row < 0 || column >= drawn.width || row >= drawn.height) continue;
      const id = ids[row * drawn.width + column]!;
      if (id > 0) counts.set(id, (counts.get(id) ?? 0) + 1);
    }
  }
  const [[most, own] = [0, 0]] = [...counts].sort(([, a], [, b]) => b - a);
  return { most, share: pixels === 0 ? 0 : own / pixels };
}

/** Cells by what they are called, the most frequent first. */
function countsOf(told: readonly Told[]) {
  return [...Map.groupBy(told, ({ cellClass }) => cellClass)]
    .map(([cellClass, own]) => ({
      cellClass,
      plasma: own.filter(({ isPlasma }) => isPlasma).length,
      others: own.filter(({ isPlasma }) => !isPlasma).length,
      unsure: own.filter(({ isUnsure }) => isUnsure).length,
    }))
    .sort((a, b) => b.plasma + b.others - a.plasma - a.others);
}

function page(): string {
  const share = (value: number) => value.toFixed(3);
  return [
    '# Whole fields of marrow',
    '',
    `Written by \`measure.ts\` (its head says how): ${files.length} fields of myeloma patients (SegPC-2021, CC BY-NC-SA 4.0: a look, nothing of them is in the`,
    'repository), which trained nothing. Only plasma cells are drawn, a kind that none of these models knows: what they are called',
    'is wrong by need, and how often that is flagged is what counts. In fields that are full of nucleated cells the locator, which learnt',
    'from blood and from single cells of marrow, takes many for platelets; where marrow is expected the refiner looks at those too (176 regions found before, 239 since), and',
    'more are missed altogether. It is no detector of whole marrow yet. For research use only, not for diagnosis.',
    '',
    '```sh',
    calledBy('experiments/marrow-fields/measure.ts'),
    'npx leukoscope analyze SEGPC/images --specimen marrow --out marrow-fields   # the fields with every cell outlined and named',
    '```',
    '',
    ...rows.flatMap(({ name, regions, found, asPlatelet, limits, told }) => {
      const plasma = told.filter(({ isPlasma }) => isPlasma);
      const unsure = plasma.filter(({ isUnsure }) => isUnsure).length;
      return [
        `## ${name}`,
        '',
        `Drawn regions with a cell found in them: ${found} of ${regions}, **${share(found / regions)}** (${share(limits.low)} to ${share(limits.high)})${asPlatelet === 0 ? '' : `; ${asPlatelet} others are taken for platelets`}. Of ${plasma.length} cells found there ${unsure} are flagged as not sure of their type.`,
        '',
        '| called | on drawn plasma cells | elsewhere | flagged |',
        '|---|---|---|---|',
        ...countsOf(told).map(
          (row) =>
            `| ${cellClasses[row.cellClass].name} | ${row.plasma} | ${row.others} | ${row.unsure} |`,
        ),
        '',
      ];
    }),
  ].join('\n');
}
