/** @file `@leukoscope/training/node`: runs in folders, from data sets in folders. */
export {
  type RunResult,
  type RunState,
  readResults,
} from './experiment/experiment-results-node.ts';
export { logOf, withKept } from './experiment/kept-results-node.ts';
export {
  type DescriptionFacts,
  type KeptModel,
  keepModel,
  modelFiles,
} from './run/model-folder-node.ts';
export { readFeatureMemory } from './adapt/feature-memory-node.ts';
export { readInitialFile } from './run/initial-weights-node.ts';
export { type RunFacts, readLog, readRunFacts, runFiles } from './run/run-folder-node.ts';
export type { RunSummary, TrainRunOptions } from './run/run-options.ts';
export { trainRun } from './run/train-run-node.ts';
