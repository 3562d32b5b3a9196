/** @file Runs `dataset preview`. */
import { readFile } from 'node:fs/promises';
import { LeukoscopeError, messageOf, type Sample } from '@leukoscope/core';
import {
  type AugmentationRecipe,
  augmentationRecipes,
  type ImageRecord,
  parseRecipe,
  previewAugmentation,
  synthesiseField,
} from '@leukoscope/datasets';
import { encodePng } from '@leukoscope/image';
import type { CommandContext, CommandResult, OptionValues } from '../framework/command.ts';
import { checkFileFree, writeOutputFile } from '../framework/output.ts';
import { suggest } from '../framework/suggest.ts';
import { plural } from '../framework/text-table.ts';
import type { writeOptions } from '../framework/write-options.ts';
import { failuresOf, openDataset } from './open-dataset.ts';
import { loadSample } from './samples.ts';
import type { pixelOptions, seedOption, sourceOptions } from './source-options.ts';

type Options = OptionValues<
  typeof sourceOptions & typeof seedOption & typeof pixelOptions & typeof writeOptions
> & {
  readonly out: string;
  readonly recipe: string;
  readonly count: number;
  readonly image: string | undefined;
  readonly size: number;
};

// Mosaic and mix-up show other pictures too.
const mostPartners = 8;

/** Draw the sheet. */
export async function runPreview(
  { operands, options }: { readonly operands: readonly string[]; readonly options: Options },
  context: CommandContext,
): Promise<CommandResult> {
  const { out, force, count, seed, size } = options;
  checkFileFree(out, force);
  const recipe = await readRecipe(options.recipe);
  const [path] = operands;
  const { sample, partners, name, failures } =
    path === undefined ? syntheticSource(seed) : await datasetSource(path, options, context);
  const sheet = previewAugmentation(recipe, sample, count, {
    seed,
    cellSizePx: size,
    partners,
    title: `${name}, recipe ${options.recipe}, seed ${seed}`,
  });
  await writeOutputFile(out, await encodePng(sheet), { force, interrupt: context.io.interrupt });
  return {
    failures,
    json: { out, image: name, recipe, count, seed },
    text: () => `${name} and ${plural(count, 'variant')} drawn to ${out}`,
  };
}

async function readRecipe(text: string): Promise<AugmentationRecipe> {
  if (isRecipeName(text)) return parseRecipe(augmentationRecipes[text]);
  if (!/\.json$/i.test(text)) {
    const names = Object.keys(augmentationRecipes);
    const near = suggest(text, names);
    throw new LeukoscopeError(
      'CLI_RECIPE',
      `--recipe must be one of ${names.join(', ')}, or a JSON file. Received ${JSON.stringify(text)}.${near === undefined ? '' : ` Did you mean ${near}?`}`,
    );
  }
  const content = await readFile(text, 'utf8').catch((cause: unknown) => {
    throw new LeukoscopeError(
      'FILE_MISSING',
      `${text} must be a file that can be read. ${messageOf(cause)}.`,
      { cause },
    );
  });
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch (cause) {
    throw new LeukoscopeError('CLI_RECIPE', `${text} must be JSON. ${messageOf(cause)}.`, {
      cause,
    });
  }
  return parseRecipe(value);
}

function isRecipeName(text: string): text is keyof typeof augmentationRecipes {
  return Object.hasOwn(augmentationRecipes, text);
}

interface Source {
  readonly sample: Sample;
  readonly partners: readonly Sample[];
  readonly name: string;
  readonly failures: number;
}

function syntheticSource(seed: number): Source {
  const fields = [0, 1, 2, 3].map((i) =>
    synthesiseField({ seed: seed + i, cells: ['neutrophil', 'lymphocyte', 'monocyte'] }),
  );
  return { sample: fields[0]!, partners: fields.slice(1), name: 'synthetic field', failures: 0 };
}

async function datasetSource(
  path: string,
  options: Options,
  context: CommandContext,
): Promise<Source> {
  const opened = await openDataset(path, options, context);
  const { images } = opened.dataset;
  const chosen = chooseImage(images, options.image);
  const others = images.filter((image) => image !== chosen).slice(0, mostPartners);
  const load = (image: ImageRecord) =>
    loadSample(opened.folder, opened.dataset, image, options.maxMegapixels);
  const partners: Sample[] = [];
  for (const image of others) partners.push(await load(image));
  return {
    sample: await load(chosen),
    partners,
    name: chosen.file,
    failures: failuresOf(options, opened.failed),
  };
}

function chooseImage(images: readonly ImageRecord[], name: string | undefined): ImageRecord {
  if (name === undefined) {
    const withCells = images.find(({ annotations }) =>
      annotations.some(({ box }) => box !== undefined),
    );
    return withCells ?? images[0]!;
  }
  const found = images.filter(({ file }) => file === name || file.endsWith(`/${name}`));
  if (found.length === 1) return found[0]!;
  const near = suggest(
    name,
    images.map(({ file }) => file),
  );
  throw new LeukoscopeError(
    'CLI_IMAGE_NAME',
    `--image must name one image of the data set. Received ${JSON.stringify(name)}, which fits ${found.length}.${near === undefined ? '' : ` Did you mean ${near}?`}`,
  );
}
