/** @file Training: the loop, recipes, experiments. */
export type { Batch, Batches } from './batches.ts';
export {
  type LogLine,
  type LoopEnd,
  runTrainLoop,
  type TrainLoopOptions,
} from './train-loop.ts';
export { parseTrainRecipe, type Recipe, type RecipeInput } from './recipe/recipe.ts';
export { bestMeasures, type RunRecipe } from './recipe/complete-recipe.ts';
export type { RunProgress } from './run-progress.ts';
export { type Experiment, type ExperimentRun, parseExperiment } from './experiment/experiment.ts';
export { type ExperimentReport, reportExperiment } from './experiment/experiment-report.ts';
export {
  type ConditionMeasurer,
  type ConditionOptions,
  type ConditionScores,
  type CountedShare,
  measureCondition,
  sumShares,
} from './validate/measure-condition.ts';
