/** @file Reads the sets of an experiment, and which side each image is on; used by the scripts of the compact model. */
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { RgbRaster } from '@leukoscope/core';
import {
  type Dataset,
  type Folder,
  fingerprintImages,
  importDataset,
  type PrintedImage,
} from '@leukoscope/datasets';
import { openFolder } from '@leukoscope/datasets/node';
import { balanceField, decodeImage, decodeRgb } from '@leukoscope/image';
import { type HeldApart, holdApart, imageKey, plannedSide, type Side } from '@leukoscope/training';

/** One set, opened. */
export interface OpenSet {
  readonly folder: Folder;
  readonly dataset: Dataset;
}

/** Sides of all images: read from the file beside the experiment, or worked out and written there. */
const sidesFile = 'experiments/compact/sides.json';

/** Decode a field into the light the networks know. */
export async function decodeBalanced(bytes: Uint8Array): Promise<RgbRaster> {
  return balanceField(await decodeRgb(bytes));
}

/** Open the sets of an experiment. */
export async function openSets(data: string, names: readonly string[]): Promise<OpenSet[]> {
  const sets: OpenSet[] = [];
  for (const name of names) {
    const folder = await openFolder(path.join(data, name));
    const { parsed } = await importDataset(folder, { decodeImage: (bytes) => decodeImage(bytes) });
    sets.push({ folder, dataset: parsed });
  }
  return sets;
}

/** Say of every image whether it trains, measures, or is left out. */
export async function readSides(sets: readonly OpenSet[]): Promise<HeldApart> {
  if (existsSync(sidesFile)) {
    const listed: { val: string[]; dropped: string[] } = JSON.parse(
      await readFile(sidesFile, 'utf8'),
    );
    const sides: Record<string, Side> = {};
    for (const key of keysOf(sets)) sides[key] = 'train';
    for (const side of ['val', 'dropped'] as const)
      for (const key of listed[side]) sides[key] = side;
    return sides;
  }
  const planned: Record<string, Side> = {};
  const printed: PrintedImage[] = [];
  for (const { folder, dataset } of sets) {
    for (const image of dataset.images)
      planned[imageKey(dataset.name, image.file)] = plannedSide(dataset.name, image);
    if (!['txl-pbc', 'bccd', 'oi-pbc'].includes(dataset.name)) continue;
    const { images } = await fingerprintImages(folder, dataset, {
      decodeImage: (bytes) => decodeImage(bytes),
    });
    for (const image of images) printed.push(image);
  }
  const sides = holdApart(planned, printed);
  const listed = (side: Side) =>
    Object.keys(sides)
      .filter((key) => sides[key] === side)
      .sort();
  await writeFile(
    sidesFile,
    `${JSON.stringify({ val: listed('val'), dropped: listed('dropped') }, null, 1)}\n`,
  );
  return sides;
}

function keysOf(sets: readonly OpenSet[]): string[] {
  return sets.flatMap(({ dataset }) =>
    dataset.images.map(({ file }) => imageKey(dataset.name, file)),
  );
}
