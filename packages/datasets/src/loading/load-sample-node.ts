/** @file Reads, decodes and augments one sample; runs inside the worker threads. */
import { readFile } from 'node:fs/promises';
import { createRandom, LeukoscopeError, messageOf, type Sample } from '@leukoscope/core';
import { balanceField, decodeRgb } from '@leukoscope/image';
import { augmentSample } from '../augment/augment-sample.ts';
import type { AugmentationRecipe } from '../augment/recipe.ts';
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
  const recipe = recipeOf(setup.recipe, task.item);
  return { sample: augmentSample(first!, recipe, createRandom(task.seed), partners) };
}

/** The recipe with what this picture needs behind all other geometry. */
function recipeOf(recipe: AugmentationRecipe, { output, zoom }: LoaderItem): AugmentationRecipe {
  return {
    ...recipe,
    ...(zoom === undefined ? {} : { zoom: recipe.zoom * zoom }),
    ...(output === undefined ? {} : { output: { ...output, fit: 'stretch' } }),
  };
}

async function readSample(setup: WorkerSetup, item: LoaderItem): Promise<Sample> {
  const bytes = await readFile(item.file);
  const decoded = await decodeRgb(bytes, { maxPixels: setup.maxPixels });
  const raster = item.light === 'balanced' ? balanceField(decoded) : decoded;
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
