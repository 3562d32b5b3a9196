/** @file Runs `model export`: networks in float, float16 or 8 bits, with their description. */
import path from 'node:path';
import { LeukoscopeError } from '@leukoscope/core';
import { descriptionKey, type ModelDescription } from '@leukoscope/models';
import {
  compareModels,
  convertToFloat16,
  decodeOnnxModel,
  encodeOnnxModel,
  matchesName,
  type ModelComparison,
  type OnnxModel,
  type OnnxNode,
  quantiseModel,
} from '@leukoscope/nn';
import { openRuntime, type Runtime, type TensorMap } from '@leukoscope/nn/runtime';
import { analyseImage } from '@leukoscope/pipeline';
import {
  describeModel,
  type FoundModel,
  openModel,
  shippedModels,
} from '@leukoscope/pipeline/node';
import { openDataset } from '../dataset/open-dataset.ts';
import type { CommandContext, CommandResult } from '../framework/command.ts';
import { type OutputFolder, withOutputFolder } from '../framework/output.ts';
import { sha256Hex } from './sha256.ts';
import { cardOf } from './show-model.ts';

interface Options {
  readonly out: string;
  readonly to: 'float' | 'float16' | 'int8';
  readonly images: string | undefined;
  readonly count: number;
  readonly exclude: readonly string[];
  readonly network: readonly string[];
  readonly name: string | undefined;
  readonly force: boolean;
}

/** Read, convert, compare, write. */
export async function exportModel(
  { operands, options }: { readonly operands: readonly string[]; readonly options: Options },
  context: CommandContext,
): Promise<CommandResult> {
  const { out, to, images, force } = options;
  const name = operands[0]!;
  if (to === 'int8' && images === undefined) {
    throw new LeukoscopeError(
      'EXPORT_IMAGES',
      '--to int8 must go with --images DATASET, pictures such as the model will see. Received none.',
    );
  }
  const found = await describeModel(name);
  if (to !== 'float' && Object.keys(found.files).length === 0) {
    throw new LeukoscopeError(
      'EXPORT_NETWORKS',
      `a model that is converted to ${to} must have networks of its own. Received ${found.description.name}, read by ${found.description.reader}, which has none. Convert what it is made of.`,
    );
  }
  checkNetworks(found, options);
  await checkExcluded(found, options);
  return withOutputFolder(out, { force, interrupt: context.io.interrupt }, async (output) => {
    const feeds = images === undefined ? [] : await feedsOf(name, images, options, context);
    const runtime = openRuntime({ host: 'inline', spinning: false });
    try {
      return await convertAll(found, feeds, options, output, runtime, context);
    } finally {
      await runtime.close();
    }
  });
}

function checkNetworks({ files }: FoundModel, { network }: Options): void {
  const keys = Object.keys(files);
  const stranger = network.find((key) => !keys.includes(key));
  if (stranger === undefined) return;
  throw new LeukoscopeError(
    'EXPORT_NETWORK',
    `--network must be ${keys.join(', ')} for this model. Received ${stranger}.`,
  );
}

/** Layers that are to stay in float must be there: a slip would cost minutes and show in the answers only. */
async function checkExcluded(found: FoundModel, { to, exclude, network }: Options): Promise<void> {
  if (exclude.length === 0) return;
  if (to === 'float') {
    throw new LeukoscopeError(
      'EXPORT_EXCLUDE',
      '--exclude must go with --to float16 or int8. Received it with float, where every layer stays as it is. Leave it away.',
    );
  }
  const nodes: OnnxNode[] = [];
  for (const [key, read] of Object.entries(found.files)) {
    if (network.length > 0 && !network.includes(key)) continue;
    nodes.push(...decodeOnnxModel(await read()).graph.nodes);
  }
  const stranger = exclude.find((name) => !nodes.some((node) => matchesName(node, [name])));
  if (stranger === undefined) return;
  const firsts = nodes.flatMap(({ inputs }) =>
    inputs.flatMap((input) => (input.includes('.') ? [input.split('.')[0]!] : [])),
  );
  throw new LeukoscopeError(
    'EXPORT_EXCLUDE',
    `--exclude must name layers, whole or by leading parts: of this model ${[...new Set(firsts)].join(', ')}. Received ${stranger}, which none has.`,
  );
}

/** What each network is given on pictures: recorded while the model runs on them. */
async function feedsOf(
  name: string,
  location: string,
  { count }: Options,
  context: CommandContext,
): Promise<readonly (readonly TensorMap[])[]> {
  const source = {
    format: undefined,
    images: undefined,
    maskKind: 'instances',
    among: undefined,
  } as const;
  const opened = await openDataset(location, { ...source, allowFailed: false }, context);
  const images = opened.dataset.images.slice(0, count);
  const feeds: TensorMap[][] = [];
  const onRun = (network: number, given: TensorMap) => {
    const own = feeds[network] ?? [];
    feeds[network] = own;
    // A field gives a refiner many cells; the first ones of each picture tell its ranges.
    if (own.length < 4 * count) own.push(given);
  };
  const model = await openModel(name, { onRun });
  const progress = context.progress('Running on pictures', images.length);
  try {
    for (const [i, { file }] of images.entries()) {
      context.signal.throwIfAborted();
      await analyseImage(await opened.folder.read(file), model, { signal: context.signal });
      progress.update(i + 1);
    }
  } finally {
    progress.finish();
    await model.close();
  }
  return feeds;
}

async function convertAll(
  found: FoundModel,
  feeds: readonly (readonly TensorMap[])[],
  options: Options,
  output: OutputFolder,
  runtime: Runtime,
  context: CommandContext,
): Promise<CommandResult> {
  const keys = Object.keys(found.files);
  const reports: Record<string, { sizeBytes: number; comparison: ModelComparison | null }> = {};
  const changes = options.name === undefined ? {} : { name: options.name };
  const description = await writeModel(found, changes, output, options.out, async (original, i) => {
    const key = keys[i]!;
    const samples = feeds[i] ?? [];
    const isMeant = options.network.length === 0 || options.network.includes(key);
    const converted = isMeant ? await convert(original, samples, options, runtime) : original;
    const comparison =
      !isMeant || options.to === 'float' || samples.length === 0
        ? null
        : await compareModels(original, converted, samples.slice(0, 12), { runtime });
    reports[key] = { sizeBytes: encodeOnnxModel(converted).length, comparison };
    context.note(`${key} written`);
    return converted;
  });
  return {
    json: { out: options.out, to: options.to, files: output.files, networks: reports },
    text: (style) =>
      [
        `${style.bold(description.name)} in ${options.to}: ${options.out}/model.json`,
        ...Object.entries(reports).map(
          ([key, { sizeBytes, comparison }]) =>
            `  ${key}: ${(sizeBytes / 1e6).toFixed(2)} MB${comparison === null ? '' : `, ${differenceText(comparison)}`}`,
        ),
      ].join('\n'),
  };
}

/** Write a model with what changes of its description; `convert` may change its networks. */
export async function writeModel(
  found: FoundModel,
  changes: Partial<Pick<ModelDescription, 'name' | 'calibration'>>,
  output: OutputFolder,
  out: string,
  convertAt: (network: OnnxModel, index: number) => Promise<OnnxModel> = async (same) => same,
): Promise<ModelDescription> {
  const base = { ...found.description, ...changes, settings: settingsFrom(found, out) };
  const keys = Object.keys(found.files);
  const networks: Record<string, { onnx: string; sha256: string }> = {};
  for (const [i, key] of keys.entries()) {
    const converted = await convertAt(decodeOnnxModel(await found.files[key]!()), i);
    // One file cannot name another that lies beside it, so only single networks carry their description.
    const text = JSON.stringify({ ...base, networks: undefined });
    const metadata =
      keys.length === 1 ? { ...converted.metadata, [descriptionKey]: text } : converted.metadata;
    const bytes = encodeOnnxModel({ ...converted, metadata });
    const onnx = `${keys.length === 1 ? 'model' : key}.onnx`;
    await output.write(onnx, bytes);
    networks[key] = { onnx, sha256: sha256Hex(bytes) };
  }
  const description: ModelDescription = { ...base, networks };
  await output.write('model.json', `${JSON.stringify(description, null, 2)}\n`);
  const card = cardOf(found.file);
  if (card !== undefined) await output.write('model.md', card);
  return description;
}

async function convert(
  model: OnnxModel,
  samples: readonly TensorMap[],
  { to, exclude }: Options,
  runtime: Runtime,
): Promise<OnnxModel> {
  if (to === 'float') return model;
  if (to === 'float16') return convertToFloat16(model, { exclude });
  if (samples.length === 0) {
    throw new LeukoscopeError(
      'EXPORT_IMAGES',
      '--images must hold pictures on which every network of the model runs. Received none with a cell.',
    );
  }
  return (await quantiseModel(model, { runtime, samples, exclude })).model;
}

function differenceText({ outputs }: ModelComparison): string {
  return outputs
    .map(({ name, relativeL2 }) => `${name} differs by ${(100 * relativeL2).toFixed(2)} %`)
    .join(', ');
}

/** A classifier names the model in front of it, an ensemble its members; a path there counts from the description's folder. */
export function settingsFrom(
  { description, file }: FoundModel,
  out: string,
): ModelDescription['settings'] {
  const { reader, settings } = description;
  const moved = (model: string) =>
    Object.hasOwn(shippedModels, model)
      ? model
      : path.relative(path.resolve(out), path.resolve(path.dirname(file), model));
  const { locator, members } = settings;
  if (reader === 'classes' && typeof locator === 'string')
    return { ...settings, locator: moved(locator) };
  if (reader === 'ensemble' && Array.isArray(members)) {
    return {
      ...settings,
      members: members.map((member: { model: string }) => ({
        ...member,
        model: moved(member.model),
      })),
    };
  }
  return settings;
}
