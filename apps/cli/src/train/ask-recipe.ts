/** @file From a command line to the recipe that it asks for: a file, or a family, with what options change. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { messageOf, type TaxonomyName, taxonomies } from '@leukoscope/core';
import { parseTrainRecipe, type Recipe } from '@leukoscope/training';
import { UsageError } from '../framework/usage-error.ts';

/** Options that change a recipe. */
export interface RecipeOptions {
  readonly data: readonly string[];
  readonly name: string | undefined;
  readonly preset: string | undefined;
  readonly classes: TaxonomyName | undefined;
  readonly size: string | undefined;
  readonly steps: number | undefined;
  readonly epochs: number | undefined;
  readonly batch: number | undefined;
  readonly rate: number | undefined;
  readonly augmentation: string | undefined;
  readonly split: string | undefined;
  readonly weights: string | undefined;
  readonly seed: number | undefined;
}

/** A recipe, and where the files that it names lie. */
export interface AskedRecipe {
  readonly recipe: Recipe;
  /** Folder of each data set. */
  readonly roots: ReadonlyMap<string, string>;
  /** Path of the initial weights. */
  readonly initial: string | undefined;
}

type Fields = Record<string, unknown>;

/** Put the recipe together. */
export async function askRecipe(what: string, options: RecipeOptions): Promise<AskedRecipe> {
  const isFile = /\.json$/i.test(what);
  const written: Fields = isFile
    ? await readRecipe(what)
    : {
        model: { family: what },
        data: options.data.map((text) => ({ name: parseData(text).name })),
      };
  if (!isFile && options.data.length === 0) {
    throw new UsageError('--data must name the folder of at least one data set. Received none.');
  }
  const recipe = parseTrainRecipe(changed(written, options), isFile ? what : 'the command line');
  const roots = new Map(options.data.map(parseData).map(({ name, root }) => [name, root]));
  const known = recipe.data.flatMap(({ name, centred }) =>
    centred?.boxes === undefined ? [name] : [name, centred.boxes],
  );
  for (const name of roots.keys()) {
    if (known.includes(name)) continue;
    throw new UsageError(
      `--data must name data sets of the recipe (${known.join(', ')}). Received ${JSON.stringify(name)}.`,
    );
  }
  const { initial } = recipe;
  return {
    recipe,
    roots,
    initial:
      options.weights ??
      (initial && (isFile ? path.resolve(path.dirname(what), initial.file) : initial.file)),
  };
}

async function readRecipe(file: string): Promise<Fields> {
  const text = await readFile(file, 'utf8');
  try {
    return parseFields(JSON.parse(text));
  } catch (cause) {
    throw new UsageError(`${file} must be JSON. Received: ${messageOf(cause)}.`);
  }
}

/** What is no object fails at the recipe's own schema. */
function parseFields(json: unknown): Fields {
  return json as Fields;
}

/** Lay what options say over what is written. */
function changed(written: Fields, options: RecipeOptions): Fields {
  const { name, preset, classes, size, steps, epochs, batch, rate, augmentation, seed } = options;
  const given = (fields: Fields) =>
    Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  const length = steps === undefined && epochs === undefined ? {} : { steps, epochs };
  const model = parseFields(written['model'] ?? {});
  const config = given({
    classes: classes === undefined ? undefined : taxonomies[classes].classes,
    size: size === undefined ? undefined : parseSize(size),
  });
  return given({
    ...written,
    ...given({ name, batchSize: batch, learningRate: rate, augmentation, seed }),
    ...length,
    ...(options.weights === undefined ? {} : { initial: { file: path.basename(options.weights) } }),
    model: {
      ...model,
      ...given({ preset }),
      ...(Object.keys(config).length === 0
        ? {}
        : { config: { ...parseFields(model['config'] ?? {}), ...config } }),
    },
    data:
      options.split === undefined || !Array.isArray(written['data'])
        ? written['data']
        : written['data'].map((set: Fields) => ({ ...set, split: parseSplit(options.split!) })),
  });
}

/** `NAME=DIR`, or a folder whose name is the data set's. */
export function parseData(text: string): { readonly name: string; readonly root: string } {
  const [, named, dir] = /^([\w.-]+)=(.+)$/s.exec(text) ?? [];
  const root = path.resolve(dir ?? text);
  const name =
    named ??
    path
      .basename(root)
      .replaceAll(/[^\w.-]+/g, '-')
      .replace(/^[^a-z0-9]+/i, '');
  return { name: name === '' ? 'data' : name, root };
}

function parseSize(text: string): Fields {
  const [, width, height] = /^(\d+)x(\d+)$/.exec(text) ?? [];
  if (width === undefined) {
    throw new UsageError(`--size must be WIDTHxHEIGHT, such as 512x384. Received ${text}.`);
  }
  return { width: Number(width), height: Number(height) };
}

const splitForms =
  'ratio:SHARE[:TEST], slide:SHARE[:TEST], patient:SHARE[:TEST], block:SIZE:SHARE[:TEST], hash:SHARE[:TEST], folds:K:FOLD[:test], sets:TRAIN:VALIDATION[:TEST] or none';

/** `ratio:0.2`, `ratio:0.2:0.2` with a share to test, `block:10:0.2`, `folds:5:1`, `sets:train:val`, `none`. */
export function parseSplit(text: string): Fields {
  const [by = '', ...parts] = text.split(':');
  const number = (place: number, otherwise: number) => Number(parts[place] ?? otherwise);
  const names = (place: number, otherwise: string) => (parts[place] ?? otherwise).split(',');
  const refuse = (): never => {
    throw new UsageError(`--split must be ${splitForms}. Received ${JSON.stringify(text)}.`);
  };
  const most = { none: 0, ratio: 2, slide: 2, patient: 2, hash: 2, block: 3, folds: 3, sets: 3 };
  if (parts.length > (Object.entries(most).find(([name]) => name === by)?.[1] ?? -1)) refuse();
  switch (by) {
    case 'block':
      return { by, size: number(0, 10), validation: number(1, 0.2), test: number(2, 0) };
    case 'folds':
      if (parts[2] !== undefined && parts[2] !== 'test') refuse();
      return { by, folds: number(0, 5), fold: number(1, 1), tests: parts[2] === 'test' };
    case 'sets':
      return {
        by,
        train: names(0, 'train'),
        validation: names(1, 'val'),
        test: parts[2] === undefined ? [] : names(2, ''),
      };
    case 'none':
      return { by };
    default:
      return { by, validation: number(0, 0.2), test: number(1, 0) };
  }
}
