/**
 * @file Writes the compact model as it ships, float and int8: ONNX files and the descriptions that the
 * pipeline opens:
 * `node --conditions=@leukoscope/source scripts/export-compact.ts --data DIR [--calibration FILE] [--locator FILE] [--refiner FILE] [--out DIR]`
 *
 * Configurations are read from the weights files themselves; temperature and thresholds from what
 * evaluate-compact.ts fitted on the tuning half. Without `--calibration` the description is the one to fit it on:
 * temperature 1, nobody unsure. Ranges for int8 come from training images.
 */
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import {
  buildLocator,
  buildRefiner,
  fillValue,
  freeBatch,
  freeShapes,
  type LocatorConfig,
  type ModelDescription,
  type RefinerConfig,
  refinerClasses,
} from '@leukoscope/models';
import {
  buildInferenceModel,
  compareModels,
  decodeOnnxModel,
  encodeOnnxModel,
  input,
  type OnnxModel,
  quantiseModel,
  readSafetensors,
} from '@leukoscope/nn';
import { openRuntime } from '@leukoscope/nn/runtime';
import { parseCompactExperiment } from '@leukoscope/training';
import type { Calibration } from './evaluate-compact-calibration.ts';
import { calibrationSamples } from './export-compact-samples.ts';

const { values: args } = parseArgs({
  options: {
    data: { type: 'string' },
    calibration: { type: 'string' },
    locator: { type: 'string', default: 'experiments/compact/weights/compact-locator.safetensors' },
    refiner: { type: 'string', default: 'experiments/compact/weights/compact-refiner.safetensors' },
    out: { type: 'string', default: 'weights' },
    experiment: { type: 'string', default: 'experiments/compact/compact.json' },
  },
});
if (args.data === undefined) {
  console.error(
    'usage: export-compact.ts --data DIR [--calibration FILE] [--locator FILE] [--refiner FILE] [--out DIR]',
  );
  process.exit(2);
}
const experiment = parseCompactExperiment(await readFile(args.experiment, 'utf8'));
const unfitted: Calibration = { temperature: 1, unsureBelow: 0, scoreThreshold: 0.3 };
const calibration: Calibration =
  args.calibration === undefined
    ? unfitted
    : JSON.parse(await readFile(args.calibration, 'utf8')).calibration;
const { workSide, decoding } = experiment.locator;
const read = async (file: string) => readSafetensors(new Uint8Array(await readFile(file)));
const locator = await read(args.locator);
const refiner = await read(args.refiner);
const locatorConfig: LocatorConfig = JSON.parse(locator.metadata['config'] ?? '{}');
const refinerConfig: RefinerConfig = JSON.parse(refiner.metadata['config'] ?? '{}');
/** Crops of one run at most: two cells in four views, or eight cells in one. */
const batch = 8;
const { side, cropMargin } = refinerConfig;
const runtime = openRuntime({ host: 'inline', threads: 2, spinning: false });
await mkdir(args.out, { recursive: true });

const float = {
  locator: decodeOnnxModel(
    buildInferenceModel(
      (scope) => ({
        ...buildLocator(scope, input('image', [1, 3, workSide, workSide]), locatorConfig),
      }),
      locator.tensors,
      { name: 'leukoscope-compact-locator' },
    ),
  ),
  refiner: decodeOnnxModel(
    buildInferenceModel(
      (scope) => {
        const image = input('image', [batch, 3, side, side]);
        const { logits, mask } = buildRefiner(scope, image, refinerConfig);
        return { logits, mask };
      },
      refiner.tensors,
      { name: 'leukoscope-compact-refiner' },
    ),
  ),
};
const samples = await calibrationSamples(args.data, experiment, batch);
const int8 = {
  locator: await toInt8('locator', ['heat.', 'reach.', 'stem.']),
  refiner: await toInt8('refiner', ['types.', 'mask.', 'stem.']),
};
const files = {
  float: {
    locator: await write('compact-locator.onnx', freeShapes(float.locator)),
    refiner: await write('compact-refiner.onnx', freeBatch(float.refiner)),
  },
  int8: {
    locator: await write('compact-locator-int8.onnx', freeShapes(int8.locator)),
    refiner: await write('compact-refiner-int8.onnx', freeBatch(int8.refiner)),
  },
};
// The refiner loses nothing to 8 bits and takes most of the time; the locator's boxes lose a little.
await describe('', files.float.locator, files.int8.refiner);
await describe('-float', files.float.locator, files.float.refiner);
await describe('-int8', files.int8.locator, files.int8.refiner);
await runtime.close();

interface WrittenFile {
  readonly onnx: string;
  readonly sha256: string;
}

/** Quantise one network and print how far it is from float on the samples. */
async function toInt8(part: 'locator' | 'refiner', exclude: readonly string[]): Promise<OnnxModel> {
  const { model } = await quantiseModel(float[part], {
    runtime,
    samples: samples[part],
    exclude,
  });
  const compared = await compareModels(float[part], model, samples[part].slice(0, 12), {
    runtime,
    clock: () => performance.now(),
  });
  console.log(`${part} int8 against float`, JSON.stringify(compared));
  return model;
}

async function write(onnx: string, model: OnnxModel): Promise<WrittenFile> {
  const bytes = encodeOnnxModel(model);
  await writeFile(path.join(args.out, onnx), bytes);
  console.log(`${onnx}: ${bytes.length} bytes`);
  return { onnx, sha256: createHash('sha256').update(bytes).digest('hex') };
}

/** Write the description of a model that names both its files. */
async function describe(
  suffix: string,
  locatorFile: WrittenFile,
  refinerFile: WrittenFile,
): Promise<void> {
  const { temperature, unsureBelow, scoreThreshold } = calibration;
  const spread = 64 / 255; // both graphs begin with v / 64 - 2.6
  const description: ModelDescription = {
    format: 2,
    name: `leukoscope-compact${suffix}`,
    reader: 'two-stage',
    classes: refinerClasses,
    input: {
      size: { width: workSide, height: workSide },
      fit: 'letterbox',
      multipleOf: 64,
      mean: [2.6 * spread, 2.6 * spread, 2.6 * spread],
      deviation: [spread, spread, spread],
      padding: fillValue,
    },
    networks: { locator: locatorFile, refiner: refinerFile },
    settings: {
      stages: 'locate-refine',
      locator: { side: workSide, ...decoding },
      refiner: { batch, side, cropMargin, ...experiment.refiner.decoding },
      iouThreshold: 0.6,
    },
    calibration: { temperature, unsureBelow, scoreThreshold },
    tile: { side: 1280, overlap: 320 },
  };
  const json = path.join(args.out, `leukoscope-compact${suffix}.json`);
  await writeFile(json, `${JSON.stringify(description, null, 2)}\n`);
  console.log(json);
}
