/** @file What one training run hears and asks, and how it ended. */
import type { Recipe } from '../recipe/recipe.ts';
import type { RunProgress } from '../run-progress.ts';
import type { LogLine, LoopEnd } from '../train-loop.ts';
import type { TestResult } from './test-result-node.ts';

/** What a run hears and asks. */
export interface TrainRunOptions {
  /** As asked for. */
  readonly recipe: Recipe;
  /** The run's folder. */
  readonly out: string;
  /** Folder of each data set, by name. */
  readonly roots: ReadonlyMap<string, string>;
  /** Where the initial weights of the recipe lie. */
  readonly initial?: string | undefined;
  /** Threads of the network. @default the physical cores */
  readonly threads?: number | undefined;
  /** Threads that read and augment. @default 2 */
  readonly workers?: number | undefined;
  /** Seconds of any clock that only goes forward. */
  readonly clock: () => number;
  readonly signal?: AbortSignal | undefined;
  /** Sentences about what was chosen and found. */
  readonly say?: ((text: string) => void) | undefined;
  readonly onLine?: ((line: LogLine) => void) | undefined;
  readonly onStep?: ((step: number, steps: number, loss: number) => void) | undefined;
  readonly onPrepare?:
    | ((label: string, done: number, total: number | undefined) => void)
    | undefined;
  readonly onMeasure?: ((done: number, total: number) => void) | undefined;
}

/** How a run ended. */
export interface RunSummary {
  readonly out: string;
  readonly end: LoopEnd;
  readonly step: number;
  readonly steps: number;
  readonly best: RunProgress['best'];
  /** The last validation. */
  readonly measures: Readonly<Record<string, number>> | undefined;
  /** What the best weights are worth on the test side; undefined without one, or before the end. */
  readonly tested: TestResult | undefined;
}
