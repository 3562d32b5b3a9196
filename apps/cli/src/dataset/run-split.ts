/** @file Runs `dataset split`. */
import { messageOf } from '@leukoscope/core';
import {
  blockGroups,
  type Dataset,
  exportCoco,
  type ExportFormat,
  foldDataset,
  type ImageRecord,
  type ImportIssue,
  type SplitOptions,
  splitDataset,
} from '@leukoscope/datasets';
import { toCsv } from '@leukoscope/metrics';
import type { CommandContext, CommandResult, OptionValues } from '../framework/command.ts';
import { below, withOutputFolder } from '../framework/output.ts';
import { plural, textTable } from '../framework/text-table.ts';
import { UsageError } from '../framework/usage-error.ts';
import type { writeOptions } from '../framework/write-options.ts';
import { failuresOf, type OpenedDataset, openDataset, tellIssues } from './open-dataset.ts';
import type { seedOption, sourceOptions } from './source-options.ts';
import { usualFormat, writeDataset } from './write-dataset.ts';

type Options = OptionValues<typeof sourceOptions & typeof seedOption & typeof writeOptions> & {
  readonly out: string;
  readonly ratio: string;
  readonly names: readonly string[];
  readonly folds: number | undefined;
  readonly groupBy: string | undefined;
  readonly plain: boolean;
  readonly to: ExportFormat | undefined;
  readonly copy: 'nothing' | 'images';
};

/** Divide and write. */
export async function runSplit(
  { operands, options }: { readonly operands: readonly string[]; readonly options: Options },
  context: CommandContext,
): Promise<CommandResult> {
  const { out, force, folds, seed, plain, copy } = options;
  const byName = options.names.map(parseName);
  if (byName.length > 0 && folds !== undefined)
    throw new UsageError('--names must go without --folds. Received both.');
  const ratios = parseRatios(options.ratio);
  if (folds !== undefined && copy === 'images') {
    throw new UsageError(
      '--copy images must go with splits by shares. Received --folds, whose folds all hold the same images.',
    );
  }
  return withOutputFolder(out, { force, interrupt: context.io.interrupt }, async (output) => {
    const opened = await openDataset(operands[0]!, options, context);
    const { dataset } = opened;
    const groupBy = parseGroups(options.groupBy, dataset);
    const how: SplitOptions = {
      seed,
      isStratified: !plain,
      ...(groupBy === undefined ? {} : { groupBy }),
    };
    const losses = new Set<string>();
    const failed: ImportIssue[] = [];
    const write = async (parts: Readonly<Record<string, Dataset>>, prefix: string) => {
      const to = options.to ?? usualFormat(dataset);
      for (const [name, part] of Object.entries(parts)) {
        if (to === 'coco' && copy === 'nothing') {
          const file = `${prefix}annotations_${name}.json`;
          for (const loss of (await exportCoco(part, output, { file })).losses) losses.add(loss);
        } else {
          const sink = below(output, `${prefix}${name}/`);
          const images = copy === 'images' ? 'copy' : 'none';
          const written = await writeDataset(opened.folder, part, to, sink, images, context);
          failed.push(...written.failed);
          for (const loss of written.losses) losses.add(`${name}: ${loss}`);
        }
      }
    };
    if (folds !== undefined) {
      const divided = foldDataset(dataset, folds, how);
      const names = divided.map((_, i) => `fold ${i + 1}`);
      for (const [i, fold] of divided.entries()) {
        await write({ train: partOf(fold, 'train'), val: partOf(fold, 'val') }, `fold-${i + 1}/`);
      }
      await output.write('splits.csv', splitTable(divided, names));
      const held = divided.map((fold) => partOf(fold, 'val'));
      return tell(opened, held, names, options, failed, [...losses]);
    }
    const names = byName.length > 0 ? byName.map(({ name }) => name) : Object.keys(ratios);
    const divided =
      byName.length > 0 ? splitByNames(dataset, byName) : splitDataset(dataset, ratios, how);
    const parts = names.map((name) => partOf(divided, name));
    await write(Object.fromEntries(parts.map((part, i) => [names[i]!, part])), '');
    await output.write('splits.csv', splitTable([divided], ['split']));
    tellIssues('Images that could not be copied', failed, context);
    return tell(opened, parts, names, options, failed, [...losses]);
  });
}

interface NamedPart {
  readonly name: string;
  readonly pattern: RegExp;
}

function parseName(text: string): NamedPart {
  const [, name, expression] = /^([\w.-]+)=(.+)$/.exec(text) ?? [];
  try {
    if (name !== undefined && expression !== undefined)
      return { name, pattern: new RegExp(expression) };
  } catch (cause) {
    throw new UsageError(
      `--names must hold a regular expression. Received ${text}: ${messageOf(cause)}.`,
    );
  }
  throw new UsageError(`--names must be NAME=REGEX. Received ${text}.`);
}

/** Every image goes to the first part whose expression its path matches; others lose their split. */
function splitByNames(dataset: Dataset, parts: readonly NamedPart[]): Dataset {
  const images = dataset.images.map(({ split: _, ...image }) => {
    const part = parts.find(({ pattern }) => pattern.test(image.file));
    return part === undefined ? image : { ...image, split: part.name };
  });
  return { ...dataset, images };
}

function partOf(dataset: Dataset, name: string): Dataset {
  return { ...dataset, images: dataset.images.filter(({ split }) => split === name) };
}

function splitTable(divided: readonly Dataset[], columns: readonly string[]): string {
  const rows = divided[0]!.images.map(({ file }, i) => [
    file,
    ...divided.map(({ images }) => images[i]!.split ?? ''),
  ]);
  return toCsv(['file', ...columns], rows);
}

function tell(
  opened: OpenedDataset,
  parts: readonly Dataset[],
  names: readonly string[],
  options: Options,
  failed: readonly unknown[],
  losses: readonly string[],
): CommandResult {
  const { classes } = opened.dataset;
  const counts = parts.map(({ images }) => {
    const perClass = new Array<number>(classes.length).fill(0);
    for (const { annotations } of images)
      for (const { classIndex } of annotations)
        if (classIndex !== undefined) perClass[classIndex]!++;
    return perClass;
  });
  return {
    failures: failuresOf(options, opened.failed, failed),
    json: {
      out: options.out,
      seed: options.seed,
      losses,
      parts: parts.map(({ images }, i) => ({
        name: names[i],
        images: images.length,
        annotations: Object.fromEntries(classes.map(({ name }, k) => [name, counts[i]![k]])),
      })),
    },
    text: (style, columns) =>
      [
        `${style.bold(opened.dataset.name)}: ${plural(opened.dataset.images.length, 'image')}${options.folds === undefined ? '' : ', images and annotations held out by each fold'}`,
        '',
        textTable(
          ['', ...names],
          [
            ['images', ...parts.map(({ images }) => images.length)],
            ...classes.map(({ name }, k) => [name, ...counts.map((perClass) => perClass[k]!)]),
          ],
          style,
          columns,
        ),
        '',
        `Written to ${options.out}`,
        ...losses.map((loss) => `  not held by the format: ${loss}`),
      ].join('\n'),
  };
}

function parseRatios(text: string): Record<string, number> {
  const ratios: Record<string, number> = {};
  for (const part of text.split(',')) {
    const match = /^\s*([\w-]+)\s*=\s*(\d+(?:\.\d+)?)\s*$/.exec(part);
    if (match === null || Object.hasOwn(ratios, match[1]!)) {
      throw new UsageError(
        `--ratio must be names with shares, such as train=7,val=1,test=2. Received ${JSON.stringify(text)}.`,
      );
    }
    ratios[match[1]!] = Number(match[2]);
  }
  return ratios;
}

function parseGroups(text: string | undefined, dataset: Dataset): SplitOptions['groupBy'] {
  if (text === undefined || text === 'slide' || text === 'patient') return text;
  if (text === 'folder') return ({ file }) => file.slice(0, Math.max(0, file.lastIndexOf('/')));
  const block = /^block:([1-9]\d*)$/.exec(text)?.[1];
  if (block !== undefined) return blockGroups(dataset, Number(block));
  if (text.startsWith('name:')) return groupByName(text.slice(5));
  throw new UsageError(
    `--group-by must be slide, patient, folder, block:N or name:REGEX. Received ${JSON.stringify(text)}.`,
  );
}

function groupByName(expression: string): (image: ImageRecord) => string {
  let pattern: RegExp;
  try {
    pattern = new RegExp(expression);
  } catch (error) {
    throw new UsageError(`--group-by name: must hold a regular expression. ${messageOf(error)}.`);
  }
  return ({ file }) => {
    const found = pattern.exec(file.slice(file.lastIndexOf('/') + 1));
    const key = found?.[1] ?? found?.[0];
    if (key !== undefined) return key;
    throw new UsageError(
      `--group-by name:${expression} must fit every file name. Received ${JSON.stringify(file)}.`,
    );
  };
}
