/**
 * @file Prints how different empty glass is between sources: the mean over images of what brings their light to the
 * model's (decision 0082), as the bright end that each channel has.
 *
 * `node --conditions=@leukoscope/source experiments/field-light.ts --data DIR [--images 60]`
 */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { createRandom } from '@leukoscope/core';
import { importDataset } from '@leukoscope/datasets';
import { openFolder } from '@leukoscope/datasets/node';
import { decodeImage, decodeRgb, fieldGains, glass } from '@leukoscope/image';

const { values: args } = parseArgs({
  options: { data: { type: 'string' }, images: { type: 'string', default: '60' } },
});
if (args.data === undefined) {
  console.error('usage: field-light.ts --data DIR [--images 60]');
  process.exit(2);
}
for (const name of ['bcisc', 'oi-pbc', 'txl-pbc', 'bccd', 'dataset1', 'dataset2']) {
  const folder = await openFolder(path.join(args.data, name));
  const { parsed } = await importDataset(folder, { decodeImage: (bytes) => decodeImage(bytes) });
  const images = createRandom(1).shuffle(parsed.images).slice(0, Number(args.images));
  const sums = [0, 0, 0];
  for (const { file } of images) {
    const gains = fieldGains(await decodeRgb(await folder.read(file)));
    gains.forEach((gain, c) => {
      sums[c]! += glass / gain / images.length;
    });
  }
  const [red, green, blue] = sums.map((sum) => sum.toFixed(0));
  console.log(`${name}: red ${red}, green ${green}, blue ${blue} (${images.length} images)`);
}
