/**
 * @file Writes the compact model as it ships: ONNX files and the description that the pipeline opens:
 * `node --conditions=@leukoscope/source scripts/export-compact.ts --locator FILE --refiner FILE --out DIR [--temperature T] [--unsure P] [--energy E]`
 *
 * Configurations are read from the weights files themselves. The locator is written for square, wide and
 * tall fields: its graph has fixed sizes, and padding costs time.
 */
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import {
  buildLocator,
  buildRefiner,
  type LocatorConfig,
  type RefinerConfig,
} from '@leukoscope/models';
import { buildInferenceModel, input, readSafetensors } from '@leukoscope/nn';

const { values: args } = parseArgs({
  options: {
    locator: { type: 'string', default: 'weights/compact-locator.safetensors' },
    refiner: { type: 'string', default: 'weights/compact-refiner.safetensors' },
    out: { type: 'string', default: 'weights' },
    batch: { type: 'string', default: '4' },
    temperature: { type: 'string', default: '1' },
    unsure: { type: 'string', default: '0.6' },
    energy: { type: 'string', default: '-1000' },
  },
});
// The side at which the locator was trained and measured (`workSide` in experiments/compact/compact.json).
const shapes = [
  { width: 256, height: 256 },
  { width: 256, height: 192 },
  { width: 192, height: 256 },
];
const read = async (file: string) => readSafetensors(new Uint8Array(await readFile(file)));
const locator = await read(args.locator);
const refiner = await read(args.refiner);
const locatorConfig: LocatorConfig = JSON.parse(locator.metadata['config'] ?? '{}');
const refinerConfig: RefinerConfig = JSON.parse(refiner.metadata['config'] ?? '{}');
const batch = Number(args.batch);
await mkdir(args.out, { recursive: true });

async function write(onnx: string, bytes: Uint8Array) {
  await writeFile(path.join(args.out, onnx), bytes);
  console.log(`${onnx}: ${bytes.length} bytes`);
  return { onnx, sha256: createHash('sha256').update(bytes).digest('hex') };
}

const inputs = [];
for (const { width, height } of shapes) {
  const bytes = buildInferenceModel(
    (scope) => ({
      ...buildLocator(scope, input('image', [1, 3, height, width]), locatorConfig),
    }),
    locator.tensors,
    { name: 'leukoscope-compact-locator' },
  );
  inputs.push({
    ...(await write(`compact-locator-${width}x${height}.onnx`, bytes)),
    width,
    height,
  });
}
const { side, cropMargin } = refinerConfig;
const bytes = buildInferenceModel(
  (scope) => {
    const image = input('image', [batch, 3, side, side]);
    const { logits, mask } = buildRefiner(scope, image, refinerConfig);
    return { logits, mask };
  },
  refiner.tensors,
  { name: 'leukoscope-compact-refiner' },
);
const description = {
  name: 'leukoscope-compact',
  locator: { inputs, scoreThreshold: 0.05, iouThreshold: 0.5 },
  refiner: {
    ...(await write('compact-refiner.onnx', bytes)),
    batch,
    side,
    cropMargin,
    passes: 2,
    temperature: Number(args.temperature),
  },
  unsure: { probability: Number(args.unsure), energy: Number(args.energy) },
  scoreThreshold: 0.3,
  iouThreshold: 0.6,
  tile: { side: 1280, overlap: 320 },
};
const file = path.join(args.out, 'leukoscope-compact.json');
await writeFile(file, `${JSON.stringify(description, null, 2)}\n`);
console.log(file);
