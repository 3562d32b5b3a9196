/**
 * @file A model by name or place: one that ships, the JSON description of one, an ONNX file that carries its
 * description, or the folder of a training run.
 *
 * Several with commas become an ensemble.
 */
import { existsSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { LeukoscopeError, messageOf } from '@leukoscope/core';
import {
  type DescribedModel,
  describeJson,
  describeOnnx,
  loadModel,
  parseJson,
} from './load-model.ts';
import { createEnsemble, type FusionMethod } from './merge/ensemble.ts';
import type { LeukocyteModel } from './model/leukocyte-model.ts';
import type { RunOptions } from './model/open-session.ts';

/** The description of each model that ships, in the folder `weights`. */
export const shippedModels: Readonly<Record<string, string>> = {
  compact: 'leukoscope-compact.json',
  'compact-float': 'leukoscope-compact-float.json',
  'compact-int8': 'leukoscope-compact-int8.json',
  'cascade-rcnn': 'cascade-rcnn.json',
  'faster-rcnn': 'faster-rcnn.json',
  fcos: 'fcos.json',
  leukocytemask: 'leukocytemask.json',
  watershed: 'watershed.json',
};

/** Options of `describeModel`. */
export interface DescribeModelOptions {
  /** Folder of the models that ship. @default the repository's `weights` */
  readonly weightsFolder?: string | undefined;
}

/** Options of `openModel`. */
export interface OpenModelOptions extends RunOptions, DescribeModelOptions {
  /** How the findings of several models become one list. @default 'weighted-boxes' */
  readonly fuse?: FusionMethod | undefined;
  /** Called for each description of before format 2, which still opens. */
  readonly onOldFormat?: ((name: string) => void) | undefined;
}

/** A description and where it was found. */
export interface FoundModel extends DescribedModel {
  /** The JSON or ONNX file. */
  readonly file: string;
}

/** Open `compact`, or a model by its description, ONNX file or run folder; close it when done. */
export async function openModel(
  names = 'compact',
  options: OpenModelOptions = {},
): Promise<LeukocyteModel> {
  const models: LeukocyteModel[] = [];
  try {
    for (const name of names.split(',')) models.push(await openOne(name.trim(), options, []));
    return models.length === 1 ? models[0]! : createEnsemble(models, { fuse: options.fuse });
  } catch (error) {
    for (const model of models) await model.close();
    throw error;
  }
}

/** Read the description of a model without loading its networks. */
export async function describeModel(
  name: string,
  options: DescribeModelOptions = {},
): Promise<FoundModel> {
  const file = findDescription(name, options.weightsFolder ?? defaultFolder());
  const bytes = await readModelFile(file, name);
  if (isOnnx(file)) return { ...(await describeOnnx(bytes, name)), file };
  const read = (inside: string) => readModelFile(path.resolve(path.dirname(file), inside), name);
  const json = parseJson(new TextDecoder().decode(bytes), file);
  return { ...(await describeJson(json, file, read)), file };
}

/** `inFront` are the models that asked for this one: one that needs itself would never end. */
async function openOne(
  name: string,
  options: OpenModelOptions,
  inFront: readonly string[],
): Promise<LeukocyteModel> {
  const { weightsFolder, onOldFormat, fuse: _, ...run } = options;
  const found = await describeModel(name, { weightsFolder });
  if (inFront.includes(found.file)) {
    throw new LeukoscopeError(
      'MODEL_DESCRIPTION',
      `a model that another is made of must be another one. Received ${name}, which would be a part of itself.`,
    );
  }
  if (found.isOld) onOldFormat?.(name);
  const open = (other: string) => {
    // A path counts from the description's folder, a name does not.
    const isPath = !Object.hasOwn(shippedModels, other);
    const place = isPath ? path.resolve(path.dirname(found.file), other) : other;
    // What is heard of networks is of this model's own.
    return openOne(place, { ...options, onRun: undefined }, [...inFront, found.file]);
  };
  return loadModel(found, { ...run, open });
}

function isOnnx(file: string): boolean {
  return /\.onnx$/i.test(file);
}

/** The file that describes a model. */
function findDescription(name: string, weightsFolder: string): string {
  if (Object.hasOwn(shippedModels, name)) return path.join(weightsFolder, shippedModels[name]!);
  if (isOnnx(name) || /\.json$/i.test(name)) return name;
  if (existsSync(name) && statSync(name).isDirectory()) return inFolder(name);
  throw new LeukoscopeError(
    'MODEL_NAME',
    `model must be ${Object.keys(shippedModels).join(', ')}, an exported ONNX file, the JSON description of one, or the folder of a training run. Received ${JSON.stringify(name)}. docs/guide-models.md shows each.`,
  );
}

/** A run's folder holds its best network in `best`; that folder may be named too. */
function inFolder(folder: string): string {
  for (const inside of ['best/model.json', 'model.json']) {
    const file = path.join(folder, inside);
    if (existsSync(file)) return file;
  }
  throw new LeukoscopeError(
    'MODEL_FILE',
    `${folder} must hold best/model.json, as training writes it, or model.json. Received neither. Name the description itself, or train until the first validation.`,
  );
}

async function readModelFile(file: string, name: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (cause) {
    const cure = Object.hasOwn(shippedModels, name)
      ? 'The weights folder is incomplete: check the repository out again, or name another model.'
      : 'Check the path.';
    throw new LeukoscopeError(
      'MODEL_FILE',
      `model ${name} must have its file ${file}. Received: ${messageOf(cause)}. ${cure}`,
      { cause },
    );
  }
}

/** Return the path of a file that ships in the folder of weights. */
export function weightsFile(name: string): string {
  return path.join(defaultFolder(), name);
}

function defaultFolder(): string {
  return fileURLToPath(new URL('../../../weights', import.meta.url));
}
