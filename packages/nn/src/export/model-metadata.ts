/**
 * @file What a model file says about itself, besides its arithmetic: how images must be prepared, what
 * its classes are, and how its outputs become findings.
 *
 * Kept as JSON text in `metadata_props` under the key `leukoscope`, which every ONNX tool carries along.
 * Reading checks everything, because files come from anywhere.
 */
import { LeukoscopeError, type Size } from '@leukoscope/core';
import { opsetVersion } from '../emit/emit-graph.ts';
import type { OnnxModel } from '../onnx/model.ts';

/** What a model is for. */
export type ModelTask = 'classification' | 'detection' | 'segmentation' | 'instance-segmentation';

/** How an image of any size becomes the input. */
export interface PreprocessingFacts {
  /** Name of the model's input, [N, C, H, W]. */
  readonly input: string;
  readonly size: Size;
  /** `letterbox`: keep proportions and fill up; `stretch`: do not; `crop`: the middle. */
  readonly fit: 'letterbox' | 'stretch' | 'crop';
  /** Pixel value (0-255) that fills up a letterbox. */
  readonly fillValue: number;
  readonly channelOrder: 'RGB' | 'BGR' | 'grey';
  /** Input = (pixel · scale - mean) / deviation, per channel in channelOrder. */
  readonly scale: number;
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
}

/** How outputs become findings. */
export interface PostprocessingFacts {
  /** Name of the decoder: `softmax`, `fcos`, `mask-rcnn`, ... */
  readonly kind: string;
  readonly scoreThreshold?: number | undefined;
  readonly iouThreshold?: number | undefined;
  readonly maxDetections?: number | undefined;
  /** Whatever else the decoder must know, such as strides. */
  readonly settings?:
    | Readonly<Record<string, string | number | boolean | readonly number[]>>
    | undefined;
}

/** All facts. */
export interface ModelMetadata {
  readonly formatVersion: 1;
  readonly name: string;
  readonly version: string;
  readonly task: ModelTask;
  readonly opset: number;
  readonly preprocessing: PreprocessingFacts;
  /** Foreground classes in the order of class indices. */
  readonly classes: readonly string[];
  readonly postprocessing: PostprocessingFacts;
  /** What each output holds: name -> meaning. */
  readonly outputs: Readonly<Record<string, string>>;
  readonly licence?: string | undefined;
  /** Where it comes from: data, code commit, figures. */
  readonly description?: string | undefined;
}

/** Key in `metadata_props`. */
export const metadataKey = 'leukoscope';

/** Put facts into a model, after checking that they fit it. */
export function writeModelMetadata(
  model: OnnxModel,
  facts: Omit<ModelMetadata, 'formatVersion' | 'opset'>,
): OnnxModel {
  const opset = model.opsetImports.find(({ domain }) => domain === '')?.version ?? opsetVersion;
  const metadata = checkMetadata({ ...facts, formatVersion: 1, opset });
  checkFits(model, metadata);
  return { ...model, metadata: { ...model.metadata, [metadataKey]: JSON.stringify(metadata) } };
}

/** Read a model's facts; throws where there are none or they contradict the model. */
export function readModelMetadata(model: OnnxModel): ModelMetadata {
  const text = model.metadata[metadataKey];
  if (text === undefined) {
    throw fault(
      `must hold facts under the key "${metadataKey}"`,
      'none',
      'Use a model exported by Leukoscope.',
    );
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw fault('must be JSON', text.slice(0, 60), 'Export the model again.', error);
  }
  const metadata = checkMetadata(value);
  checkFits(model, metadata);
  return metadata;
}

function checkFits(model: OnnxModel, { preprocessing, outputs }: ModelMetadata): void {
  const inputs = model.graph.inputs.map(({ name }) => name);
  if (!inputs.includes(preprocessing.input)) {
    throw fault(`must name an input of the model (${inputs.join(', ')})`, preprocessing.input);
  }
  const names = model.graph.outputs.map(({ name }) => name);
  const missing = Object.keys(outputs).filter((name) => !names.includes(name));
  if (missing.length > 0) {
    throw fault(`must name outputs of the model (${names.join(', ')})`, missing.join(', '));
  }
}

/** Check the form of everything; unknown fields are dropped, so that later versions may add some. */
function checkMetadata(value: unknown): ModelMetadata {
  const root = fields(value, 'facts');
  if (root['formatVersion'] !== 1) {
    throw fault('formatVersion must be 1', root['formatVersion'], 'Update Leukoscope.');
  }
  const p = fields(root['preprocessing'], 'preprocessing');
  const size = fields(p['size'], 'preprocessing.size');
  const channelOrder = oneOf(p['channelOrder'], 'preprocessing.channelOrder', [
    'RGB',
    'BGR',
    'grey',
  ]);
  const channels = channelOrder === 'grey' ? 1 : 3;
  const q = fields(root['postprocessing'], 'postprocessing');
  const share = (key: string) => optional(q[key], (v) => number(v, `postprocessing.${key}`, 0, 1));
  return withoutUndefined({
    formatVersion: 1,
    name: text(root['name'], 'name'),
    version: text(root['version'], 'version'),
    task: oneOf(root['task'], 'task', [
      'classification',
      'detection',
      'segmentation',
      'instance-segmentation',
    ]),
    opset: whole(root['opset'], 'opset', 1),
    preprocessing: {
      input: text(p['input'], 'preprocessing.input'),
      size: {
        width: whole(size['width'], 'preprocessing.size.width', 1),
        height: whole(size['height'], 'preprocessing.size.height', 1),
      },
      fit: oneOf(p['fit'], 'preprocessing.fit', ['letterbox', 'stretch', 'crop']),
      fillValue: number(p['fillValue'], 'preprocessing.fillValue', 0, 255),
      channelOrder,
      scale: number(p['scale'], 'preprocessing.scale', 1e-12),
      mean: numbers(p['mean'], 'preprocessing.mean', channels),
      deviation: numbers(p['deviation'], 'preprocessing.deviation', channels, 1e-12),
    },
    classes: texts(root['classes'], 'classes'),
    postprocessing: withoutUndefined({
      kind: text(q['kind'], 'postprocessing.kind'),
      scoreThreshold: share('scoreThreshold'),
      iouThreshold: share('iouThreshold'),
      maxDetections: optional(q['maxDetections'], (v) =>
        whole(v, 'postprocessing.maxDetections', 1),
      ),
      settings: optional(q['settings'], settings),
    }),
    outputs: Object.fromEntries(
      Object.entries(fields(root['outputs'], 'outputs')).map(([name, meaning]) => [
        name,
        text(meaning, `outputs.${name}`),
      ]),
    ),
    licence: optional(root['licence'], (v) => text(v, 'licence')),
    description: optional(root['description'], (v) => text(v, 'description')),
  });
}

function settings(value: unknown): NonNullable<PostprocessingFacts['settings']> {
  const entries = Object.entries(fields(value, 'postprocessing.settings'));
  for (const [key, entry] of entries) {
    const isPlain = ['string', 'number', 'boolean'].includes(typeof entry);
    if (isPlain || (Array.isArray(entry) && entry.every((v) => typeof v === 'number'))) continue;
    throw fault(
      `postprocessing.settings.${key} must be text, number, truth value or numbers`,
      entry,
    );
  }
  return Object.fromEntries(entries) as NonNullable<PostprocessingFacts['settings']>;
}

function fields(value: unknown, name: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Readonly<Record<string, unknown>>;
  }
  throw fault(`${name} must be an object`, value);
}

function text(value: unknown, name: string): string {
  if (typeof value === 'string' && value !== '') return value;
  throw fault(`${name} must be text`, value);
}

function texts(value: unknown, name: string): string[] {
  if (!Array.isArray(value) || value.length === 0) {
    throw fault(`${name} must be a list of at least one name`, value);
  }
  const all = value.map((entry, i) => text(entry, `${name}[${i}]`));
  if (new Set(all).size !== all.length) throw fault(`${name} must differ`, all.join(', '));
  return all;
}

function number(value: unknown, name: string, least: number, most = Number.MAX_VALUE): number {
  if (typeof value === 'number' && value >= least && value <= most) return value;
  throw fault(`${name} must be a number from ${least} to ${most}`, value);
}

function numbers(value: unknown, name: string, count: number, least = -Number.MAX_VALUE): number[] {
  if (!Array.isArray(value) || value.length !== count) {
    throw fault(`${name} must hold ${count} number(s)`, value);
  }
  return value.map((entry, i) => number(entry, `${name}[${i}]`, least));
}

function whole(value: unknown, name: string, least: number): number {
  if (Number.isSafeInteger(value) && (value as number) >= least) return value as number;
  throw fault(`${name} must be a whole number of at least ${least}`, value);
}

function oneOf<T extends string>(value: unknown, name: string, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === value);
  if (found !== undefined) return found;
  throw fault(`${name} must be one of ${choices.join(', ')}`, value);
}

function optional<T>(value: unknown, read: (value: unknown) => T): T | undefined {
  return value === undefined ? undefined : read(value);
}

function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined)) as T;
}

function fault(rule: string, value: unknown, cure = 'Export the model again.', cause?: unknown) {
  const shown = typeof value === 'string' ? `"${value}"` : JSON.stringify(value);
  const options = cause === undefined ? {} : { cause };
  return new LeukoscopeError(
    'MODEL_METADATA',
    `The model's metadata ${rule}. Received ${shown}. ${cure}`,
    options,
  );
}
