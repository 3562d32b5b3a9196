/**
 * @file A model by name or file: the compact model that ships, an exported model that carries its facts, or
 * a foreign detector's description.
 *
 * Several with commas become an ensemble.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { LeukoscopeError, messageOf } from '@leukoscope/core';
import { loadCompactModel } from '../compact/load-compact-model.ts';
import { parseDetectorConfig } from '../external/detector-config.ts';
import { loadDescribedModel } from '../external/load-external-model.ts';
import { createEnsemble } from '../merge/ensemble.ts';
import type { LeukocyteModel } from './leukocyte-model.ts';
import type { RunOptions } from './open-session.ts';

/** The description of each model that ships, in the folder `weights`. */
const shipped: Readonly<Record<string, string>> = {
  compact: 'leukoscope-compact.json',
  'compact-float': 'leukoscope-compact-float.json',
  'compact-int8': 'leukoscope-compact-int8.json',
};

/** Options of `openModel`. */
export interface OpenModelOptions extends RunOptions {
  /** Folder of the models that ship. @default the repository's `weights` */
  readonly weightsFolder?: string | undefined;
}

/** Open `compact`, or the JSON description of a model; close it when done. */
export async function openModel(
  names = 'compact',
  options: OpenModelOptions = {},
): Promise<LeukocyteModel> {
  const models: LeukocyteModel[] = [];
  try {
    for (const name of names.split(',')) models.push(await openOne(name.trim(), options));
    return models.length === 1 ? models[0]! : createEnsemble(models);
  } catch (error) {
    for (const model of models) await model.close();
    throw error;
  }
}

async function openOne(name: string, options: OpenModelOptions): Promise<LeukocyteModel> {
  const { weightsFolder = defaultFolder(), ...run } = options;
  const own = shipped[name];
  const file = own === undefined ? name : path.join(weightsFolder, own);
  if (/\.onnx$/i.test(name)) {
    const bytes = await readModelFile(name, name);
    // Reading ONNX takes the whole engine, which the other models start without.
    const { configFromMetadata } = await import('../external/config-from-metadata.ts');
    return loadDescribedModel(bytes, configFromMetadata(bytes, name), run);
  }
  if (own === undefined && !/\.json$/i.test(name)) {
    throw new LeukoscopeError(
      'MODEL_NAME',
      `model must be ${Object.keys(shipped).join(', ')}, an exported ONNX file or the JSON description of one. Received ${JSON.stringify(name)}. Write a description as docs/guide-analyze.md shows.`,
    );
  }
  const json = parseJson(await readModelFile(file, name), file);
  const folder = path.dirname(file);
  const read = (inside: string) => readModelFile(path.resolve(folder, inside), name);
  if (isCompact(json)) return loadCompactModel(json, read, run);
  const config = parseDetectorConfig(json, file);
  return loadDescribedModel(await read(config.onnx), config, run);
}

function isCompact(json: unknown): boolean {
  return typeof json === 'object' && json !== null && 'locator' in json;
}

async function readModelFile(file: string, name: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (cause) {
    const cure =
      shipped[name] === undefined
        ? 'Check the path.'
        : 'The weights folder is incomplete: check the repository out again, or name another model.';
    throw new LeukoscopeError(
      'MODEL_FILE',
      `model ${name} must have its file ${file}. Received: ${messageOf(cause)}. ${cure}`,
      { cause },
    );
  }
}

function parseJson(bytes: Uint8Array, file: string): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw new LeukoscopeError(
      'MODEL_FILE',
      `${file} must be JSON. Received: ${messageOf(cause)}. Give the description, not the ONNX file.`,
      { cause },
    );
  }
}

function defaultFolder(): string {
  return fileURLToPath(new URL('../../../../weights', import.meta.url));
}
