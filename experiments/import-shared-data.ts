/**
 * @file Imports every public set and checks the counts with which it was handed over:
 * `node --conditions=@leukoscope/source experiments/import-shared-data.ts DATA_FOLDER`
 *
 * DATA_FOLDER holds bcisc, dataset1, dataset2, txl-pbc, oi-pbc, bccd, marrow. Exits 1 when a count differs.
 */
import path from 'node:path';
import { type ImportResult, importBciscCells, importDataset } from '@leukoscope/datasets';
import { openFolder } from '@leukoscope/datasets/node';
import { decodeImage } from '@leukoscope/image';

interface Facts {
  readonly images: number;
  readonly classes: number;
  readonly failed: number;
  /** Records about single cells, and about whole images. */
  readonly cells: number;
  readonly imageLevel: number;
  readonly masks: number;
  readonly nuclei: number;
  readonly slides: number;
  readonly splits: string;
}

type Expected = Partial<Facts>;

const expected: Readonly<Record<string, Expected>> = {
  bcisc: { images: 196, cells: 209, masks: 209, classes: 5, failed: 0 },
  'bcisc/cells': { images: 209, cells: 209, masks: 209, classes: 5, failed: 0 },
  dataset1: { images: 242, cells: 242, masks: 242, nuclei: 242, classes: 5, failed: 0 },
  dataset2: { images: 82, cells: 82, masks: 82, nuclei: 82, classes: 5, failed: 0 },
  'txl-pbc': { images: 1296, classes: 3, splits: 'train 1008, val 288' },
  // 13 lines are boxes without width or height; the validation folder holds 438 images.
  'oi-pbc': {
    images: 4052,
    imageLevel: 4052,
    classes: 12,
    failed: 13,
    splits: 'train 3614, val 438',
  },
  // Two boxes of one pixel are stray marks.
  bccd: { images: 302, classes: 8, failed: 2 },
  marrow: { images: 502, imageLevel: 502, classes: 10, failed: 0 },
};

const data = process.argv[2];
if (data === undefined) {
  console.error('usage: import-shared-data.ts DATA_FOLDER');
  process.exit(2);
}
let wrong = 0;
for (const [name, wanted] of Object.entries(expected)) {
  const started = performance.now();
  const result = await read(name);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const facts = factsOf(result);
  console.log(`${name} (${seconds} s): ${JSON.stringify(facts)}`);
  console.log(`  ${countsByClass(result)}`);
  for (const issue of result.failed.slice(0, 15)) {
    console.log(`  failed ${issue.file}:${issue.line ?? ''} ${issue.reason}`);
  }
  for (const issue of result.warnings.slice(0, 3))
    console.log(`  look at ${issue.file}:${issue.line ?? ''} ${issue.reason}`);
  if (result.warnings.length > 3) console.log(`  ... ${result.warnings.length} warnings`);
  for (const [key, value] of Object.entries(wanted)) {
    if (facts[key as keyof Facts] === value) continue;
    console.log(`  WRONG ${key}: expected ${value}`);
    wrong++;
  }
}
console.log(wrong === 0 ? 'all counts agree' : `${wrong} counts differ`);
process.exit(wrong === 0 ? 0 : 1);

async function read(name: string): Promise<ImportResult> {
  const decode = (bytes: Uint8Array) => decodeImage(bytes);
  if (name !== 'bcisc/cells')
    return importDataset(await openFolder(path.join(data!, name)), { decodeImage: decode });
  return importBciscCells(await openFolder(path.join(data!, 'bcisc')), { decodeImage: decode });
}

function factsOf({ parsed, failed }: ImportResult): Facts {
  const records = parsed.images.flatMap(({ annotations }) => annotations);
  const splits = new Map<string, number>();
  for (const { split } of parsed.images)
    if (split !== undefined) splits.set(split, (splits.get(split) ?? 0) + 1);
  return {
    images: parsed.images.length,
    classes: parsed.classes.length,
    failed: failed.length,
    cells: records.filter(({ box }) => box !== undefined).length,
    imageLevel: records.filter(({ box }) => box === undefined).length,
    masks: records.filter(({ mask }) => mask !== undefined).length,
    nuclei: records.filter(({ nucleus }) => nucleus !== undefined).length,
    slides: new Set(parsed.images.map(({ slide }) => slide).filter((slide) => slide !== undefined))
      .size,
    splits: [...splits].map(([split, count]) => `${split} ${count}`).join(', '),
  };
}

function countsByClass({ parsed }: ImportResult): string {
  const counts = parsed.classes.map(() => ({ cells: 0, images: 0 }));
  for (const { annotations } of parsed.images) {
    for (const { classIndex, box } of annotations) {
      if (classIndex !== undefined) counts[classIndex]![box === undefined ? 'images' : 'cells']++;
    }
  }
  return parsed.classes
    .map(
      ({ name, cellClass }, i) =>
        `${name}=${cellClass ?? '?'} ${counts[i]!.cells}+${counts[i]!.images}`,
    )
    .join(', ');
}
