/**
 * @file PATH on the command line -> data set: a folder of any layout, or one annotation file with its
 * images beside it or in another folder.
 */
import { existsSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { LeukoscopeError, taxonomies } from '@leukoscope/core';
import {
  type Dataset,
  type Folder,
  type ImportIssue,
  importDataset,
  type Layout,
} from '@leukoscope/datasets';
import { openFolder } from '@leukoscope/datasets/node';
import { decodeImage } from '@leukoscope/image';
import type { CommandContext, OptionValues } from '../framework/command.ts';
import { printable } from '../framework/style.ts';
import { countText, plural } from '../framework/text-table.ts';
import type { sourceOptions } from './source-options.ts';

/** How the data set is to be read. */
export type SourceOptions = OptionValues<typeof sourceOptions>;

/** A data set that was read, with the folder of its images. */
export interface OpenedDataset {
  /** As typed. */
  readonly path: string;
  readonly folder: Folder;
  readonly dataset: Dataset;
  readonly layout: Layout;
  readonly failed: readonly ImportIssue[];
  readonly warnings: readonly ImportIssue[];
}

const imagePattern = /\.(jpe?g|png|bmp|tiff?|webp)$/i;
const tableNames = ['classes.csv', 'images.csv'];
// Somebody who names /home/me/annotations.json does not want the whole home folder to be read.
const deepestImages = 4;
const shownIssues = 10;

/** Read data sets one after another. */
export async function openDatasets(
  locations: readonly string[],
  options: SourceOptions,
  context: CommandContext,
): Promise<OpenedDataset[]> {
  const opened: OpenedDataset[] = [];
  for (const location of locations) opened.push(await openDataset(location, options, context));
  return opened;
}

/** Read a data set and tell of what could not be read. */
export async function openDataset(
  location: string,
  options: SourceOptions,
  context: CommandContext,
): Promise<OpenedDataset> {
  const folder = await openSource(location, options.images);
  let reads = 0;
  const progress = context.progress(`Reading files of ${folder.name}`, undefined);
  const counted: Folder = {
    ...folder,
    read: (file, range) => {
      context.signal.throwIfAborted();
      progress.update(++reads);
      return folder.read(file, range);
    },
  };
  try {
    const { among, maskKind } = options;
    const format = options.format ?? (await formatOfFile(location));
    const { layout, parsed, failed, warnings } = await importDataset(counted, {
      ...(format === undefined ? {} : { layout: format }),
      ...(among === undefined ? {} : { among: taxonomies[among].classes }),
      maskKind,
      decodeImage: (bytes) => decodeImage(bytes),
    });
    progress.finish();
    tellIssues(`${printable(location)}: could not be read`, failed, context);
    tellIssues(`${printable(location)}: worth a look`, warnings, context);
    return { path: location, folder, dataset: parsed, layout, failed, warnings };
  } finally {
    progress.finish();
  }
}

/** Open a folder, or an annotation file as a folder that holds it and its images. */
export async function openSource(location: string, images: string | undefined): Promise<Folder> {
  const found = await stat(location).catch((cause: unknown) => {
    throw new LeukoscopeError(
      'FOLDER_MISSING',
      `${location} must be a folder or an annotation file that can be read. Found none there.`,
      { cause },
    );
  });
  if (!found.isDirectory()) return openFile(location, images);
  if (images !== undefined) {
    throw new LeukoscopeError(
      'CLI_IMAGES',
      `--images must go with an annotation file. Received the folder ${location}, which has its images inside. Leave --images out.`,
    );
  }
  return openFolder(location);
}

async function openFile(location: string, images: string | undefined): Promise<Folder> {
  const file = path.basename(location);
  const home = path.resolve(path.dirname(location));
  const root = path.resolve(images ?? home);
  const around = await openFolder(root);
  // The two tables that exporters put beside annotations lie beside them, wherever the images are.
  const tables = tableNames.filter((name) => name !== file && existsSync(path.join(home, name)));
  const own = new Set([file, ...tables]);
  const pictures = await listImages(root, '', deepestImages);
  return {
    name: file.replace(/\.[^.]+$/, ''),
    list: async () => [...pictures, ...own],
    async read(name, range) {
      if (!own.has(name)) return around.read(name, range);
      const bytes = new Uint8Array(await readFile(path.join(home, name)));
      return range === undefined
        ? bytes
        : bytes.subarray(range.offset, range.offset + range.length);
    },
  };
}

/** Return the format of an annotation file, or undefined for a folder, which the importers recognise. */
export async function formatOfFile(location: string): Promise<Layout | undefined> {
  if ((await stat(location)).isDirectory()) return undefined;
  const ending = /\.(json|geojson|xml|csv)$/i.exec(location)?.[1]?.toLowerCase();
  if (ending === 'json') return 'coco';
  if (ending === 'csv' || ending === 'geojson') return ending;
  if (ending === 'xml') {
    return /<annotations[\s>]/.test((await readFile(location, 'utf8')).slice(0, 4096))
      ? 'cvat'
      : 'voc';
  }
  throw new LeukoscopeError(
    'CLI_SOURCE',
    `${location} must be a folder or a JSON, GeoJSON, XML or CSV file. Received another file. For formats of many files (YOLO, VOC, masks) name their folder.`,
  );
}

async function listImages(root: string, below: string, depth: number): Promise<string[]> {
  // A folder that may not be listed holds no images that could be read.
  const entries = await readdir(path.join(root, below), { withFileTypes: true }).catch(() => []);
  const lists = await Promise.all(
    entries
      .filter(({ name }) => !name.startsWith('.') && name !== 'node_modules')
      .map(async (entry) => {
        const file = below === '' ? entry.name : `${below}/${entry.name}`;
        if (entry.isDirectory()) return depth > 0 ? listImages(root, file, depth - 1) : [];
        return imagePattern.test(entry.name) ? [file] : [];
      }),
  );
  return lists.flat();
}

/** Write issues to stderr, the first ones or with --verbose all. */
export function tellIssues(
  heading: string,
  issues: readonly ImportIssue[],
  context: CommandContext,
): void {
  if (issues.length === 0) return;
  context.warn(`${heading}: ${plural(issues.length, 'record')}`);
  const shown = context.isVerbose ? issues : issues.slice(0, shownIssues);
  for (const issue of shown) context.note(`  ${issueText(issue)}`);
  const rest = issues.length - shown.length;
  if (rest > 0) context.note(`  ... and ${countText(rest)} more (--verbose lists all)`);
}

/** Write one issue: `labels/a.txt:3 box must have ...`. */
export function issueText({ file, line, reason }: ImportIssue): string {
  return printable(`${file}${line === undefined ? '' : `:${line}`} ${reason}`);
}

/** Count the failures that the exit code tells of. */
export function failuresOf(
  options: { readonly allowFailed: boolean },
  ...lists: readonly (readonly unknown[])[]
): number {
  return options.allowFailed ? 0 : lists.reduce((sum, list) => sum + list.length, 0);
}
