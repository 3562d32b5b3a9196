/** @file What the parts of a run share while it is worked on. */
import type { ConfiguredModel } from '@leukoscope/models';
import type { Runtime } from '@leukoscope/nn/runtime';
import type { ItemStore } from '../data/item-store-node.ts';
import type { RunProgress } from '../run-progress.ts';
import type { LogLine, LoopEnd } from '../train-loop.ts';
import type { RunFacts, RunFolder } from './run-folder-node.ts';
import type { TrainRunOptions } from './run-options.ts';

/** A run at work. */
export interface RunWork {
  readonly folder: RunFolder;
  readonly facts: RunFacts;
  readonly model: ConfiguredModel;
  readonly runtime: Runtime;
  readonly options: TrainRunOptions;
  readonly train: ItemStore;
  readonly validation: ItemStore;
  /** The log so far; grows. */
  readonly lines: LogLine[];
  /** Draw curves and page anew. */
  draw(progress: RunProgress, end: LoopEnd | undefined): Promise<void>;
}
