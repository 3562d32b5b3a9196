/**
 * @file PREDICTIONS on the command line -> data set about the images of the ground truth: a COCO results
 * file, a CSV of probabilities, or anything that can be imported. Folders that hold only labels or masks
 * get the ground truth's images lent, since their formats mean images by name.
 */
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import {
  type Folder,
  importCocoResults,
  importDataset,
  type ImportResult,
  type Layout,
} from '@leukoscope/datasets';
import { decodeImage } from '@leukoscope/image';
import { LeukoscopeError, taxonomies } from '@leukoscope/core';
import type { CommandContext } from '../framework/command.ts';
import {
  formatOfFile,
  type OpenedDataset,
  openSource,
  type SourceOptions,
  tellIssues,
} from '../dataset/open-dataset.ts';
import { importProbabilities, isProbabilityTable } from './probability-table.ts';

/** Predictions, as what they were read, and what is special about them. */
export interface OpenedPredictions extends ImportResult {
  readonly layout: Layout | 'coco-results' | 'probabilities';
  /** COCO results without boxes: pycocotools then sorts detections by the area of their masks. */
  readonly areaOfMasks: boolean;
  /** [image file][class name], where probabilities were given. */
  readonly probabilities: ReadonlyMap<string, readonly number[]> | undefined;
}

const imagePattern = /\.(jpe?g|png|bmp|tiff?|webp)$/i;

/** Read predictions about a ground truth. */
export async function openPredictions(
  location: string,
  groundTruth: OpenedDataset,
  options: SourceOptions & { readonly predictionsFormat: Layout | undefined },
  context: CommandContext,
): Promise<OpenedPredictions> {
  const opened = await read(location, groundTruth, options);
  tellIssues(`${location}: could not be read`, opened.failed, context);
  tellIssues(`${location}: worth a look`, opened.warnings, context);
  return opened;
}

async function read(
  location: string,
  groundTruth: OpenedDataset,
  options: SourceOptions & { readonly predictionsFormat: Layout | undefined },
): Promise<OpenedPredictions> {
  const plain = { areaOfMasks: false, probabilities: undefined };
  const found = await stat(location).catch((cause: unknown) => {
    throw new LeukoscopeError(
      'FOLDER_MISSING',
      `${location} must be a folder or a file of predictions that can be read. Found none there.`,
      { cause },
    );
  });
  const { predictionsFormat: layout } = options;
  if (found.isFile() && layout === undefined) {
    const file = path.basename(location);
    const bytes = new Uint8Array(await readFile(location));
    const head = new TextDecoder().decode(bytes.subarray(0, 4096));
    if (/\.json$/i.test(file) && /^\uFEFF?\s*\[/.test(head)) {
      // A detector that finds nothing is a result too, and the worst one.
      const nothing = /^\uFEFF?\s*\[\s*\]\s*$/.test(head);
      if (nothing) return { ...withoutRecords(groundTruth), ...plain, layout: 'coco-results' };
      const folder = oneFile(file, bytes);
      const result = await importCocoResults(folder, { file, of: groundTruth.dataset });
      return {
        ...result,
        ...plain,
        layout: 'coco-results',
        areaOfMasks: !/"bbox"/.test(head.slice(0, head.indexOf('}') + 1 || undefined)),
      };
    }
    if (/\.csv$/i.test(file) && isProbabilityTable(head)) {
      const result = importProbabilities(bytes, file, groundTruth.dataset);
      return { ...result, areaOfMasks: false, layout: 'probabilities' };
    }
  }
  const known = layout ?? (await formatOfFile(location));
  const own = await openSource(location, found.isFile() ? options.images : undefined);
  const folder = await lendImages(own, groundTruth, layout);
  const { among, maskKind } = options;
  const imported = await importDataset(folder, {
    ...(known === undefined ? {} : { layout: known }),
    ...(among === undefined ? {} : { among: taxonomies[among].classes }),
    maskKind,
    decodeImage: (bytes) => decodeImage(bytes),
  });
  return { ...imported, ...plain };
}

/** Put the ground truth's images beside labels or masks that come without images. */
async function lendImages(
  own: Folder,
  groundTruth: OpenedDataset,
  layout: Layout | undefined,
): Promise<Folder> {
  const files = await own.list();
  const hasImages = files.some((file) => imagePattern.test(file));
  const isYolo = !hasImages && (layout === 'yolo' || files.some((file) => /\.txt$/i.test(file)));
  const isMasks = layout === 'masks' && files.every((file) => !/(^|\/)images\//.test(file));
  if (!isYolo && !isMasks) return own;
  const sources = new Map<string, () => Promise<Uint8Array>>();
  const add = (name: string, from: Folder, file: string) =>
    sources.set(name, () => from.read(file));
  for (const file of files) {
    const base = file.slice(file.lastIndexOf('/') + 1);
    const isLabel = isYolo
      ? /\.txt$/i.test(file) && !/^(classes|obj)\./i.test(base)
      : /\.png$/i.test(file);
    add(isLabel ? `${isYolo ? 'labels' : 'masks'}/${base}` : base, own, file);
  }
  for (const { file } of groundTruth.dataset.images) {
    add(`images/${file.slice(file.lastIndexOf('/') + 1)}`, groundTruth.folder, file);
  }
  if (isYolo && ![...sources.keys()].some((name) => /\.ya?ml$|classes\.txt$/i.test(name))) {
    const names = groundTruth.dataset.classes.map(({ name }) => name);
    const yaml = new TextEncoder().encode(`names: ${JSON.stringify(names)}\n`);
    sources.set('data.yaml', async () => yaml);
  }
  return {
    name: own.name,
    list: async () => [...sources.keys()],
    async read(name, range) {
      const load = sources.get(name);
      if (load === undefined) {
        throw new LeukoscopeError('FILE_MISSING', `${name} must be a file of ${own.name}.`);
      }
      const bytes = await load();
      return range === undefined
        ? bytes
        : bytes.subarray(range.offset, range.offset + range.length);
    },
  };
}

function withoutRecords({ dataset }: OpenedDataset): ImportResult {
  const images = dataset.images.map((image) => ({ ...image, annotations: [] }));
  return { parsed: { ...dataset, images }, failed: [], warnings: [] };
}

function oneFile(file: string, bytes: Uint8Array): Folder {
  return {
    name: file,
    list: async () => [file],
    read: async (_, range) =>
      range === undefined ? bytes : bytes.subarray(range.offset, range.offset + range.length),
  };
}
