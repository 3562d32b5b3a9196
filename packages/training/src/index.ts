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
export {
  type CollectedCells,
  type CollectOptions,
  collectCells,
} from './adapt/collect-cells.ts';
export {
  type AdaptableModel,
  type Adaptation,
  adaptedModel,
  adaptModel,
  openAdaptable,
} from './adapt/adapt-model.ts';
export {
  adaptHead,
  type AdaptOptions,
  type AdaptSettings,
  adaptSettings,
  type Candidate,
  type ChangedCell,
  fitSite,
  type ParentModel,
} from './adapt/adapt-head.ts';
export { loneLabelsText } from './adapt/lone-labels.ts';
export { type AdaptationFacts, adaptationCard, type LearntData } from './adapt/adaptation-card.ts';
export { adaptationFacts, type MeasuredAdaptation } from './adapt/adaptation-facts.ts';
export { answerOf, answersOf } from './adapt/answer-of.ts';
export {
  type AnswerComparison,
  type CountedRight,
  compareAnswers,
  type ModelAnswers,
} from './adapt/compare-answers.ts';
export {
  type CompareModelsOptions,
  compareModels,
  type ModelComparison,
  type NamedPictures,
} from './adapt/compare-models.ts';
export { type FeatureCells, taughtCells } from './adapt/feature-cells.ts';
export { type FitExamples, type FitHeadOptions, fitHead } from './adapt/fit-head.ts';
export {
  decodeFeatureMemory,
  encodeFeatureMemory,
  type FeatureMemory,
} from './adapt/feature-memory.ts';
export { answerFor, isRight } from './adapt/judge-type.ts';
export type { NamedCell } from './adapt/named-cells.ts';
export {
  type LabelledCell,
  matchCell,
  type SeenCell,
  type SeenCells,
  seeCells,
} from './adapt/see-cells.ts';
export { decodeSeenCells, encodeSeenCells } from './adapt/seen-cells-file.ts';
export {
  type AcceptanceRules,
  acceptanceRules,
  type Refusal,
  refuseAnswers,
  refuseCandidate,
} from './adapt/verdict.ts';
