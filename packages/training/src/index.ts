/** @file Training: the loop, and what the compact model learns from. */
export { type Batch, type Batches, batchesOfSteps } from './batches.ts';
export { type CellCrop, cellSide, cutCellCrop, storeSide } from './compact/cell-crop.ts';
export { type CompactExperiment, parseCompactExperiment } from './compact/compact-experiment.ts';
export { drawCropInPlace } from './compact/crop-augmentation.ts';
export { type CropVariation, plainView } from './compact/crop-view.ts';
export {
  type HeldApart,
  holdApart,
  imageKey,
  plannedSide,
  type Side,
} from './compact/hold-apart.ts';
export {
  composeSamples,
  interfereSamples,
  readTrainingSamples,
  type SampleReading,
  type TrainingSample,
} from './compact/interfered-samples.ts';
export { locateCentredCell } from './compact/locate-centred-cell.ts';
export { type LocatorBatchOptions, locatorBatches } from './compact/locator-batches.ts';
export {
  type FieldCell,
  type FieldReading,
  fieldsOfSamples,
  type LocatorField,
  readLocatorFields,
  synthesiseFields,
} from './compact/locator-fields.ts';
export { writeLocatorTargets } from './compact/locator-targets.ts';
export {
  type GroupShare,
  plainBatches,
  type RefinerBatchOptions,
  refinerBatches,
} from './compact/refiner-batches.ts';
export {
  type CropReading,
  cropsOfSamples,
  type LabelledCrop,
  readRefinerCrops,
} from './compact/refiner-crops.ts';
export { synthesiseCrops } from './compact/synthetic-crops.ts';
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
