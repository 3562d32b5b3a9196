/**
 * @file Pictures whose type is that of the one cell in their middle: what the source boxes is left aside, and the
 * cell's box comes from a model's predictions or from a rule.
 */
import type { Box, Size } from '@leukoscope/core';
import {
  boxOf,
  type Dataset,
  type Folder,
  type ImageRecord,
  importDataset,
  locateCentredCell,
} from '@leukoscope/datasets';
import { openFolder } from '@leukoscope/datasets/node';
import { balanceField, decodeImage, decodeRgb } from '@leukoscope/image';
import type { DataChoice } from '../recipe/recipe.ts';
import { dataFault, type PrepareOptions } from './opened-set.ts';

/** Give every picture the box of its centred cell, where a set is of such pictures. */
export async function locateCentred(
  dataset: Dataset,
  { centred, name }: DataChoice,
  folder: Folder,
  { roots, onProgress, signal }: PrepareOptions,
): Promise<Dataset> {
  if (centred === undefined) return dataset;
  const predicted =
    centred.boxes === undefined
      ? new Map<string, ImageRecord>()
      : await readPredictions(centred.boxes, roots);
  const images: ImageRecord[] = [];
  for (const [i, image] of dataset.images.entries()) {
    signal?.throwIfAborted();
    onProgress?.(`Locating cells of ${name}`, i + 1, dataset.images.length);
    const typed = image.annotations.find(
      ({ box, mask, classIndex }) =>
        box === undefined && mask === undefined && classIndex !== undefined,
    );
    if (typed === undefined) {
      images.push({ ...image, annotations: [] });
      continue;
    }
    const told = predicted.get(image.file);
    const size = told?.size ?? image.size;
    const known = told && size && boxInTheMiddle(told, size);
    if (known !== undefined) {
      images.push({ ...image, annotations: [{ ...typed, box: known }] });
      continue;
    }
    const raster = await decodeRgb(await folder.read(image.file));
    const box = locateCentredCell(balanceField(raster));
    const { width, height } = raster;
    images.push({ ...image, size: { width, height }, annotations: [{ ...typed, box }] });
  }
  return { ...dataset, images };
}

async function readPredictions(
  name: string,
  roots: PrepareOptions['roots'],
): Promise<Map<string, ImageRecord>> {
  const root = roots.get(name);
  if (root === undefined) {
    throw dataFault(
      `the folder of predicted boxes ${name} must be named`,
      'none',
      `Add --data ${name}=DIR, what leukoscope predict wrote.`,
    );
  }
  const { parsed } = await importDataset(await openFolder(root), {
    name,
    decodeImage: (bytes) => decodeImage(bytes),
  });
  return new Map(parsed.images.map((image) => [image.file, image]));
}

/** The surest cell that covers the middle of the picture. */
function boxInTheMiddle({ annotations, size }: ImageRecord, { width, height }: Size) {
  const covers = ({ x1, y1, x2, y2 }: Box) =>
    x1 < width / 2 && width / 2 < x2 && y1 < height / 2 && height / 2 < y2;
  return annotations
    .flatMap((record) => {
      const box = boxOf(record, size);
      return box === undefined || !covers(box) ? [] : [{ box, score: record.score ?? 1 }];
    })
    .sort((a, b) => b.score - a.score)[0]?.box;
}
