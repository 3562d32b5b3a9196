/**
 * @file A description and its files -> a model that runs, in Node and in browsers. Descriptions of before format 2
 * are converted here, at the door; nothing behind it knows them.
 */
import { LeukoscopeError, messageOf } from '@leukoscope/core';
import { balanceField } from '@leukoscope/image';
import {
  descriptionKey,
  type ModelDescription,
  parseModelDescription,
  type ReaderName,
} from '@leukoscope/models';
import { decodeOnnxModel } from '@leukoscope/nn';
import { fromCompactConfig, isCompactConfig } from './description/from-compact-config.ts';
import { fromDetectorConfig } from './description/from-detector-config.ts';
import { fromMetadata } from './description/from-metadata.ts';
import type { LeukocyteModel } from './model/leukocyte-model.ts';
import { checkHash, type RunOptions, sha256Of } from './model/open-session.ts';
import { readBoxes } from './readers/boxes.ts';
import { readClasses } from './readers/classes.ts';
import { readEnsemble } from './readers/ensemble.ts';
import { readExternal } from './readers/external.ts';
import { readPixels } from './readers/pixels.ts';
import type { Reader } from './readers/reader.ts';
import { readTwoStage } from './readers/two-stage.ts';
import { readWatershed } from './readers/watershed.ts';

const readers: Readonly<Record<ReaderName, Reader>> = {
  boxes: readBoxes,
  pixels: readPixels,
  classes: readClasses,
  'two-stage': readTwoStage,
  watershed: readWatershed,
  external: readExternal,
  ensemble: readEnsemble,
};

/** A description that was checked, with what belongs to it. */
export interface DescribedModel {
  readonly description: ModelDescription;
  /** SHA-256 in hexadecimal that changes with anything that decides the answers. */
  readonly hash: string;
  /** The files of its networks, by their names in the description; checked when read. */
  readonly files: Readonly<Record<string, () => Promise<Uint8Array>>>;
  /** Written before format 2. */
  readonly isOld: boolean;
}

/** Options of `loadModel`. */
export interface LoadModelOptions extends RunOptions {
  /** Open another model by name, for classifiers that need one in front, and for ensembles. @default none can be opened */
  readonly open?: ((name: string) => Promise<LeukocyteModel>) | undefined;
}

/** Read a parsed JSON description of any format; `read` gives the bytes of a file beside it. */
export async function describeJson(
  json: unknown,
  where: string,
  read: (file: string) => Promise<Uint8Array>,
): Promise<DescribedModel> {
  const isOld = !hasFormat(json);
  const description = await parseAnyFormat(json, where, read);
  const files = Object.entries(description.networks).map(([key, { onnx, sha256 }]) => {
    const load = async () => {
      const bytes = await read(onnx);
      await checkHash(bytes, sha256, onnx);
      return bytes;
    };
    return [key, load] as const;
  });
  // It names the hashes of all its files, so this covers them, and temperature and thresholds too.
  const hash = await sha256Of(new TextEncoder().encode(JSON.stringify(description)));
  return { description, hash, files: Object.fromEntries(files), isOld };
}

/** Read the description inside an ONNX file. */
export async function describeOnnx(bytes: Uint8Array, where: string): Promise<DescribedModel> {
  const model = decodeOnnxModel(bytes);
  const hash = await sha256Of(bytes);
  const files = { network: async () => bytes };
  const json = parseJson(model.metadata[descriptionKey] ?? 'null', where);
  if (!hasFormat(json)) {
    return { description: await fromMetadata(model, where, hash), hash, files, isOld: true };
  }
  return { description: parseModelDescription(json, where), hash, files, isOld: false };
}

/** Make a model of a description; close it when done. */
export async function loadModel(
  { description, hash, files }: DescribedModel,
  options: LoadModelOptions = {},
): Promise<LeukocyteModel> {
  const { open = refuseToOpen, ...run } = options;
  const model = await readers[description.reader]({ description, hash, files, run, open });
  return description.input.light === 'balanced' ? inBalancedLight(model) : model;
}

/** Show a model every picture in the one light that it was trained in. */
function inBalancedLight(model: LeukocyteModel): LeukocyteModel {
  const { typePicture } = model;
  return {
    ...model,
    analyse: (raster, options) => model.analyse(balanceField(raster), options),
    ...(typePicture === undefined
      ? {}
      : { typePicture: (raster) => typePicture(balanceField(raster)) }),
  };
}

/** Parse a description's text. */
export function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new LeukoscopeError(
      'MODEL_FILE',
      `${where} must be JSON. Received: ${messageOf(cause)}. Give the description, not the ONNX file.`,
      { cause },
    );
  }
}

function hasFormat(json: unknown): boolean {
  return typeof json === 'object' && json !== null && 'format' in json;
}

async function parseAnyFormat(
  json: unknown,
  where: string,
  read: (file: string) => Promise<Uint8Array>,
): Promise<ModelDescription> {
  if (hasFormat(json)) return parseModelDescription(json, where);
  if (isCompactConfig(json)) return fromCompactConfig(json, where);
  return fromDetectorConfig(json, where, async (onnx) => sha256Of(await read(onnx)));
}

function refuseToOpen(name: string): Promise<LeukocyteModel> {
  return Promise.reject(
    new LeukoscopeError(
      'MODEL_NAME',
      `option open must be given for a model that has another in front. Received none to open ${name} with.`,
    ),
  );
}
