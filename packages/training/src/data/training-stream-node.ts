/**
 * @file Batches for training and pictures for measuring, read and augmented in worker threads ahead of the
 * step that needs them.
 */
import path from 'node:path';
import type { Sample, Size } from '@leukoscope/core';
import type { AugmentationRecipe, DatasetClass } from '@leukoscope/datasets';
import { createSampleLoader, type LoaderItem } from '@leukoscope/datasets/node';
import { placementOf } from '@leukoscope/image';
import type { BatchPlan, ConfiguredModel } from '@leukoscope/models';
import type { Batches } from '../batches.ts';
import type { ItemStore } from './item-store-node.ts';
import type { TrainingItem } from './list-items.ts';

/** What both streams need. */
export interface StreamSource {
  readonly store: ItemStore;
  readonly roots: ReadonlyMap<string, string>;
  /** Folder of pictures that were cut out. */
  readonly cutRoot: string;
  readonly sourceClasses: readonly DatasetClass[];
  readonly model: ConfiguredModel;
  /** How much of what was cut out surrounds the crop. */
  readonly surroundings: number;
  /** Worker threads; 0 reads in the calling one. */
  readonly workers: number;
  readonly signal?: AbortSignal | undefined;
}

/** What training adds. */
export interface TrainingStreamOptions extends StreamSource {
  readonly plan: BatchPlan;
  readonly accumulate: number;
  readonly steps: number;
  readonly seed: number;
  readonly augmentation: AugmentationRecipe;
  /** From place to index in the store. */
  readonly order: (place: number) => number;
}

/** Batches by step. */
export function trainingStream(options: TrainingStreamOptions): Batches {
  const { store, sourceClasses, model, plan, accumulate, steps, seed, order } = options;
  const { augmentation, workers, signal } = options;
  // A window of fixed size has proportions of its own: the placement must not be told before.
  const keepsShape =
    augmentation.output === undefined &&
    augmentation.steps.every(({ kind }) => !['crop', 'window', 'patch'].includes(kind));
  const fillsInput = augmentation.steps.some(
    ({ kind }) => kind === 'window' && augmentation.output === undefined,
  );
  const outputFor = (item: LoaderItem) =>
    fillsInput ? { output: plan.size } : keepsShape ? outputOf(item, model, plan.size) : {};
  const source = {
    length: steps * accumulate * plan.count,
    classes: sourceClasses,
    read: async (place: number) => {
      const item = toLoaderItem(await store.read(order(place)), options);
      return { ...item, ...outputFor(item) };
    },
  };
  return async function* (from) {
    const loader = createSampleLoader(source, {
      batchSize: plan.count,
      shuffle: false,
      seed,
      recipe: augmentation,
      workers,
      startAt: { epoch: 0, batch: from * accumulate },
      ...(signal === undefined ? {} : { signal }),
    });
    let micro = [];
    for await (const { samples } of loader) {
      micro.push(model.collate(samples, plan));
      if (micro.length < accumulate) continue;
      yield micro;
      micro = [];
    }
  };
}

/** Pictures to measure on: at most `most`, evenly taken, in order, as they are. */
export async function* measuredSamples(
  options: StreamSource & { readonly most: number },
): AsyncGenerator<Sample> {
  const { store, sourceClasses, most, workers, signal } = options;
  const count = Math.min(most, store.length);
  const source = {
    length: count,
    classes: sourceClasses,
    read: async (place: number) => {
      const at = Math.floor((place * store.length) / count);
      const item = toLoaderItem(await store.read(at), options);
      if (options.model.task === 'classes' || options.model.task === 'pixels') return item;
      // A detector is measured through its reader, which balances the light itself.
      const { light: _, ...asItIs } = item;
      return asItIs;
    },
  };
  const loader = createSampleLoader(source, {
    batchSize: 4,
    shuffle: false,
    workers,
    ...(signal === undefined ? {} : { signal }),
  });
  for await (const { samples } of loader) yield* samples;
}

function toLoaderItem(
  { set, image, isCut }: TrainingItem,
  { roots, cutRoot, model, surroundings }: StreamSource,
): LoaderItem {
  if (isCut === true) return { file: path.resolve(cutRoot, image.file), image, zoom: surroundings };
  const { light } = model.input;
  const file = path.resolve(roots.get(set)!, image.file);
  // What was cut out was brought to the light of its field before.
  return { file, image, ...(light === undefined ? {} : { light }) };
}

/** The size that the picture has inside the input, so that augmentation's warp brings it there. */
function outputOf({ image: { size } }: LoaderItem, model: ConfiguredModel, input: Size) {
  return size === undefined ? {} : { output: placementOf(size, input, model.input.fit).content };
}
