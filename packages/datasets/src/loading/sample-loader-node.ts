/**
 * @file Streams batches of augmented samples from disk, made ready ahead in worker threads.
 *
 * What comes out depends on source, options and seed only: each sample has its own random stream by
 * epoch and place, and batches are handed out in order whichever thread is faster. Memory is bounded by
 * (prefetch + 1) batches; the source's length plays no part. Any position can be resumed directly.
 */
import path from 'node:path';
import { createRandom, hash32, LeukoscopeError } from '@leukoscope/core';
import { partnersNeeded } from '../augment/augment-sample.ts';
import { type AugmentationRecipe, parseRecipe } from '../augment/recipe.ts';
import type { Dataset } from '../dataset.ts';
import type {
  LoadedBatch,
  LoadedSample,
  LoaderItem,
  LoaderPosition,
  LoadFailure,
  SampleLoaderOptions,
  SampleSource,
  WorkerAnswer,
  WorkerSetup,
} from './loader-types.ts';
import { loadSample } from './load-sample-node.ts';
import { createPermutation } from './permutation.ts';
import { createWorkerPool, type WorkerPool } from './worker-pool-node.ts';

/** Read a data set's images from its root folder. */
export function datasetSource(dataset: Dataset, root: string): SampleSource {
  return {
    length: dataset.images.length,
    classes: dataset.classes,
    read: (index) => {
      const image = dataset.images[index]!;
      return { file: path.resolve(root, image.file), image };
    },
  };
}

/** Load batches; threads start with the first one and stop when the iteration ends in any way. */
export async function* createSampleLoader(
  source: SampleSource,
  options: SampleLoaderOptions = {},
): AsyncGenerator<LoadedBatch, void, undefined> {
  const plan = planOf(source, options);
  const { signal } = options;
  signal?.throwIfAborted();
  const setup: WorkerSetup = {
    classes: source.classes,
    recipe: plan.recipe,
    taxonomy: options.taxonomy,
    maxPixels: options.maxPixels ?? 50_000_000,
  };
  const pool: WorkerPool =
    plan.workers === 0
      ? { run: (task) => loadSample(setup, task), close: () => Promise.resolve() }
      : createWorkerPool(plan.workers, setup);
  const ahead: Promise<LoadedBatch>[] = [];
  try {
    let next: LoaderPosition | undefined = firstPosition(plan, options.startAt);
    for (;;) {
      while (next !== undefined && ahead.length <= plan.prefetch) {
        const batch = loadBatch(source, plan, pool, next);
        // Rejections are seen when the batch's turn comes; until then they must not count as unhandled.
        batch.catch(() => {});
        ahead.push(batch);
        next = positionAfter(plan, next);
      }
      const batch = ahead.shift();
      if (batch === undefined) return;
      yield await untilAborted(batch, signal);
    }
  } finally {
    await pool.close();
  }
}

interface LoaderPlan {
  readonly length: number;
  readonly batchSize: number;
  readonly batchesPerEpoch: number;
  readonly epochs: number;
  readonly seed: number;
  readonly shuffle: boolean;
  readonly recipe: AugmentationRecipe;
  readonly workers: number;
  readonly prefetch: number;
  readonly onError: 'throw' | 'skip';
}

function planOf(source: SampleSource, options: SampleLoaderOptions): LoaderPlan {
  const {
    batchSize = 8,
    seed = 0,
    epochs = 1,
    shuffle = true,
    dropLast = false,
    recipe = parseRecipe({ steps: [] }),
    workers = 2,
    prefetch = 2,
    onError = 'throw',
  } = options;
  checkCount('batchSize', batchSize, 1);
  checkCount('workers', workers, 0);
  checkCount('prefetch', prefetch, 0);
  if (epochs !== Number.POSITIVE_INFINITY) checkCount('epochs', epochs, 1);
  checkCount('source length', source.length, 1);
  const batches = source.length / batchSize;
  const batchesPerEpoch = dropLast ? Math.floor(batches) : Math.ceil(batches);
  if (batchesPerEpoch === 0) {
    throw new LeukoscopeError(
      'LOADER_LENGTH',
      `source must fill one batch of ${batchSize} when dropLast is set. Received ${source.length} images. Lower batchSize.`,
    );
  }
  const { length } = source;
  const counts = { length, batchSize, batchesPerEpoch, epochs, workers, prefetch };
  return { ...counts, seed, shuffle, recipe, onError };
}

function checkCount(name: string, value: number, lowest: number): void {
  if (Number.isInteger(value) && value >= lowest) return;
  throw new LeukoscopeError(
    'LOADER_LENGTH',
    `${name} must be an integer and at least ${lowest}. Received ${value}.`,
  );
}

function firstPosition(
  plan: LoaderPlan,
  startAt: LoaderPosition | undefined,
): LoaderPosition | undefined {
  const { epoch, batch } = startAt ?? { epoch: 0, batch: 0 };
  const isWhole = Number.isInteger(epoch) && Number.isInteger(batch) && epoch >= 0 && batch >= 0;
  if (!isWhole || batch >= plan.batchesPerEpoch) {
    throw new LeukoscopeError(
      'LOADER_POSITION',
      `startAt must name a batch below ${plan.batchesPerEpoch}. Received ${JSON.stringify(startAt)}. Resume with the same source and batch size.`,
    );
  }
  return epoch < plan.epochs ? { epoch, batch } : undefined;
}

function positionAfter(plan: LoaderPlan, { epoch, batch }: LoaderPosition) {
  const next = followingPosition(plan, { epoch, batch });
  return next.epoch < plan.epochs ? next : undefined;
}

function followingPosition(plan: LoaderPlan, { epoch, batch }: LoaderPosition): LoaderPosition {
  return batch + 1 < plan.batchesPerEpoch
    ? { epoch, batch: batch + 1 }
    : { epoch: epoch + 1, batch: 0 };
}

async function loadBatch(
  source: SampleSource,
  plan: LoaderPlan,
  pool: WorkerPool,
  position: LoaderPosition,
): Promise<LoadedBatch> {
  const { epoch, batch } = position;
  const order = plan.shuffle
    ? createPermutation(plan.length, `${plan.seed} epoch ${epoch}`)
    : (place: number) => place;
  const start = batch * plan.batchSize;
  const count = Math.min(plan.batchSize, plan.length - start);
  const loads = Array.from({ length: count }, (_, i) =>
    loadOne(source, plan, pool, order(start + i), `${plan.seed} epoch ${epoch} place ${start + i}`),
  );
  const samples: LoadedSample[] = [];
  const failed: LoadFailure[] = [];
  for (const { index, item, answer } of await Promise.all(loads)) {
    if ('sample' in answer) samples.push({ ...answer.sample, index, file: item.file });
    else failed.push({ index, file: answer.file, code: answer.code, message: answer.message });
  }
  const [first] = failed;
  if (first !== undefined && plan.onError === 'throw') {
    throw new LeukoscopeError(
      'LOADER_SAMPLE',
      `image ${JSON.stringify(first.file)} must load. Received ${first.code}: ${first.message} Mend or remove the file, or set onError to 'skip'.`,
    );
  }
  return { epoch, batch, samples, failed, next: followingPosition(plan, position) };
}

async function loadOne(
  source: SampleSource,
  plan: LoaderPlan,
  pool: WorkerPool,
  index: number,
  place: string,
): Promise<{ index: number; item: LoaderItem; answer: WorkerAnswer }> {
  const seed = hash32(place);
  const item = await source.read(index);
  const random = createRandom(seed);
  const draw = random.fork('partners');
  const partners: LoaderItem[] = [];
  for (let i = 0; i < partnersNeeded(plan.recipe, random); i++) {
    partners.push(await source.read(draw.integer(0, plan.length)));
  }
  return { index, item, answer: await pool.run({ item, partners, seed }) };
}

/** Wait for a batch, or throw the signal's reason as soon as it is aborted. */
async function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  signal.throwIfAborted();
  let onAbort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
