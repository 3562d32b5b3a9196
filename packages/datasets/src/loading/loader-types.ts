/** @file What goes into the loader and what comes out of it. All of it may be sent to a worker. */
import type { CellClass, Size } from '@leukoscope/core';
import type { AugmentedSample } from '../augment/augmented-sample.ts';
import type { AugmentationRecipe } from '../augment/recipe.ts';
import type { DatasetClass, ImageRecord } from '../dataset.ts';

/** One image to load. */
export interface LoaderItem {
  /** Absolute path of the image file. */
  readonly file: string;
  readonly image: ImageRecord;
  /** The size that the sample gets, as part of the augmentation's one warp. @default the recipe's */
  readonly output?: Size;
  /** The picture's middle is shown so many times larger, as part of the same warp. @default 1 */
  readonly zoom?: number;
  /** Bring the picture to one light (`balanceField`) first. @default as it is */
  readonly light?: 'balanced';
}

/** A data set read one record at a time, so that a large one need not be in memory. */
export interface SampleSource {
  readonly length: number;
  /** The classes that the records' class indices point into. */
  readonly classes: readonly DatasetClass[];
  read(index: number): LoaderItem | Promise<LoaderItem>;
}

/** Where a loader stands: the next batch it will give. */
export interface LoaderPosition {
  readonly epoch: number;
  readonly batch: number;
}

/** One loaded sample. */
export interface LoadedSample extends AugmentedSample {
  /** Index in the source. */
  readonly index: number;
  readonly file: string;
}

/** A file that could not be loaded. */
export interface LoadFailure {
  readonly index: number;
  readonly file: string;
  readonly code: string;
  readonly message: string;
}

/** One batch. */
export interface LoadedBatch extends LoaderPosition {
  readonly samples: readonly LoadedSample[];
  /** Files that were skipped, with the reason; always empty with `onError: 'throw'`. */
  readonly failed: readonly LoadFailure[];
  /** Hand this to `startAt` to go on after this batch. */
  readonly next: LoaderPosition;
}

/** Options of `createSampleLoader`. */
export interface SampleLoaderOptions {
  /** @default 8 */
  readonly batchSize?: number;
  /** @default 0 */
  readonly seed?: number;
  /** Passes over the source; may be Infinity. @default 1 */
  readonly epochs?: number;
  /** Draw a new order for each epoch, or keep the source's. @default true */
  readonly shuffle?: boolean;
  /** Leave out the last batch of an epoch when it is not full. @default false */
  readonly dropLast?: boolean;
  /** @default no augmentation */
  readonly recipe?: AugmentationRecipe;
  /** Make kinds as coarse as these. @default every kind as the source says */
  readonly taxonomy?: readonly CellClass[];
  /** Threads that read, decode and augment; 0 works in the calling thread. @default 2 */
  readonly workers?: number;
  /** Batches made ready ahead of the one in use; bounds the memory. @default 2 */
  readonly prefetch?: number;
  /** Stop at a file that cannot be loaded, or report it in `failed` and go on. @default 'throw' */
  readonly onError?: 'throw' | 'skip';
  /** @default the beginning */
  readonly startAt?: LoaderPosition;
  /** Images with more pixels are refused. @default 50_000_000 */
  readonly maxPixels?: number;
  readonly signal?: AbortSignal;
}

/** What every worker is told once. */
export interface WorkerSetup {
  readonly classes: readonly DatasetClass[];
  readonly recipe: AugmentationRecipe;
  readonly taxonomy: readonly CellClass[] | undefined;
  readonly maxPixels: number;
}

/** One sample to make. */
export interface WorkerTask {
  readonly item: LoaderItem;
  readonly partners: readonly LoaderItem[];
  /** Seed of this sample's own stream. */
  readonly seed: number;
}

/** What a worker answers. */
export type WorkerAnswer =
  | { readonly sample: AugmentedSample }
  | { readonly file: string; readonly code: string; readonly message: string };
