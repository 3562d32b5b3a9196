/**
 * @file Finds the pictures that public sets share, and times it:
 * `node --conditions=@leukoscope/source experiments/find-overlaps.ts DATA_FOLDER [CORRELATION]`
 */
import path from 'node:path';
import {
  findDuplicates,
  findLeaks,
  fingerprintImages,
  importDataset,
  type PrintedImage,
} from '@leukoscope/datasets';
import { openFolder } from '@leukoscope/datasets/node';
import { decodeImage } from '@leukoscope/image';

const [data, correlation = '0.985'] = process.argv.slice(2);
if (data === undefined) {
  console.error('usage: find-overlaps.ts DATA_FOLDER [CORRELATION]');
  process.exit(2);
}
const printed: PrintedImage[] = [];
for (const name of ['bccd', 'txl-pbc', 'oi-pbc']) {
  const started = performance.now();
  const folder = await openFolder(path.join(data, name));
  const { parsed } = await importDataset(folder);
  const { images, failed } = await fingerprintImages(folder, parsed, {
    decodeImage: (bytes) => decodeImage(bytes),
  });
  for (const image of images) printed.push(image);
  console.log(`${name}: ${images.length} images, ${failed.length} failed, ${seconds(started)} s`);
}
for (const withTurns of [false, true]) {
  const started = performance.now();
  const pairs = findDuplicates(printed, { minimumCorrelation: Number(correlation), withTurns });
  console.log(
    `${pairs.length} pairs${withTurns ? ', turned ones too' : ''}, ${seconds(started)} s`,
  );
  const kinds = new Map<string, Set<string>>();
  for (const { a, b } of findLeaks(pairs)) {
    const kind = [a, b]
      .map(({ dataset, split = '-' }) => `${dataset}/${split}`)
      .sort()
      .join(' = ');
    kinds.set(kind, (kinds.get(kind) ?? new Set()).add(`${a.dataset}/${a.file}`));
  }
  for (const [kind, files] of kinds) console.log(`  ${kind}: ${files.size} images`);
  for (const dataset of ['bccd', 'oi-pbc']) {
    const inTxl = new Set(
      pairs.flatMap(({ a, b }) =>
        [a, b].some((image) => image.dataset === 'txl-pbc')
          ? [a, b].filter((image) => image.dataset === dataset).map(({ file }) => file)
          : [],
      ),
    );
    console.log(`  different images of ${dataset} that are in txl-pbc: ${inTxl.size}`);
  }
  for (const { a, b, distance, correlation: value } of pairs.slice(-5)) {
    console.log(
      `  weakest ${value.toFixed(4)} (${distance} bits): ${a.dataset}/${a.file} = ${b.dataset}/${b.file}`,
    );
  }
}

function seconds(started: number): string {
  return ((performance.now() - started) / 1000).toFixed(1);
}
