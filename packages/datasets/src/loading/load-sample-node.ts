/** @file Reads, decodes and augments one sample; runs inside the worker threads. */
import { readFile } from 'node:fs/promises';
import { createRandom, LeukoscopeError, messageOf, type Sample } from '@leukoscope/core';
import { decodeRgb } from '@leukoscope/image';
import { augmentSample } from '../augment/augment-sample.ts';
import type { Dataset } from '../dataset.ts';
import { toAnnotations } from '../to-annotations.ts';
import type { LoaderItem, WorkerAnswer, WorkerSetup, WorkerTask } from './loader-types.ts';

/** Make one sample; faults of files come back as values, with the file that is at fault. */
export async function loadSample(setup: WorkerSetup, task: WorkerTask): Promise<WorkerAnswer> {
  const samples: Sample[] = [];
  for (const item of [task.item, ...task.partners]) {
    try {
      samples.push(await readSample(setup, item));
    } catch (error) {
      const code = error instanceof LeukoscopeError ? error.code : 'LOADER_FILE';
      return { file: item.file, code, message: messageOf(error) };
    }
  }
  const [first, ...partners] = samples;
  const { output } = task.item;
  const recipe =
    output === undefined
      ? setup.recipe
      : { ...setup.recipe, output: { ...output, fit: 'stretch' as const } };
  return { sample: augmentSample(first!, recipe, createRandom(task.seed), partners) };
}

async function readSample(setup: WorkerSetup, item: LoaderItem): Promise<Sample> {
  const bytes = await readFile(item.file);
  const raster = await decodeRgb(bytes, { maxPixels: setup.maxPixels });
  const { size } = item.image;
  if (size !== undefined && (size.width !== raster.width || size.height !== raster.height)) {
    // Boxes would lie in the wrong places without anybody noticing.
    throw new LeukoscopeError(
      'LOADER_SIZE',
      `image must have the size its record names, ${size.width} x ${size.height}. Received ${raster.width} x ${raster.height}. Import the data set again.`,
    );
  }
  const image = { ...item.image, size: { width: raster.width, height: raster.height } };
  const dataset: Dataset = { name: '', classes: setup.classes, images: [] };
  const options = setup.taxonomy === undefined ? {} : { classes: setup.taxonomy };
  return { raster, annotations: toAnnotations(dataset, image, options) };
}
