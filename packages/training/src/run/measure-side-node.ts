/** @file Measures a network on one side of a run's examples. */
import type { ItemStore } from '../data/item-store-node.ts';
import { measuredSamples } from '../data/training-stream-node.ts';
import { measureModel } from '../validate/measure-model.ts';
import type { MeasuredPictures } from '../validate/measuring.ts';
import type { RunWork } from './run-work.ts';

const defaultWorkers = 2;

/** Measure a network, its description inside, on at most so many examples of a side. */
export function measureSide(
  run: RunWork,
  store: ItemStore,
  { network, most }: { readonly network: Uint8Array; readonly most: number },
): Promise<MeasuredPictures> {
  const { model, runtime, options } = run;
  const total = Math.min(most, store.length);
  let done = 0;
  return measureModel({
    model,
    network,
    samples: measuredSamples({ ...streamSource(run, store), most }),
    runtime,
    threads: options.threads,
    onSample() {
      options.signal?.throwIfAborted();
      options.onMeasure?.(++done, total);
    },
  });
}

/** Where the examples of a side come from, for training and measuring alike. */
export function streamSource(run: RunWork, store: ItemStore) {
  const { folder, model, facts, options } = run;
  return {
    store,
    roots: options.roots,
    cutRoot: folder.at('data'),
    sourceClasses: facts.sourceClasses,
    surroundings: facts.recipe.crops?.surroundings ?? 1,
    model,
    workers: options.workers ?? defaultWorkers,
    signal: options.signal,
  };
}
