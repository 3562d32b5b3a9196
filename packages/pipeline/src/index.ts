/** @file Images of any size -> cells: load a model, cut into tiles, find, merge, mark the border. */
export {
  type AnalyseImageOptions,
  analyseImage,
  analyseOpenImage,
  type ImageFindings,
  type TileProgress,
} from './analyse-image.ts';
export {
  type AnalyseImagesOptions,
  analyseImages,
  type ImageOutcome,
  isModelFault,
} from './analyse-images.ts';
export {
  type DescribedModel,
  describeJson,
  describeOnnx,
  type LoadModelOptions,
  loadModel,
} from './load-model.ts';
export { measureFamiliarity } from './measure-familiarity.ts';
export { cellInTheMiddle } from './middle-cell.ts';
export { markIncomplete } from './mark-incomplete.ts';
export {
  createEnsemble,
  type EnsembleOptions,
  type FusionMethod,
  fusionMethods,
} from './merge/ensemble.ts';
export { type MajorityOptions, majorityVote } from './merge/majority-vote.ts';
export { type SuppressOptions, suppressFindings } from './merge/suppress-findings.ts';
export { type FusionOptions, weightedBoxFusion } from './merge/weighted-box-fusion.ts';
export type {
  CellType,
  LeukocyteModel,
  ModelFacts,
  ModelFinding,
  ModelOptions,
  Tiling,
} from './model/leukocyte-model.ts';
export type { RunOptions } from './model/open-session.ts';
export { countLobes } from './nucleus/count-lobes.ts';
export { outlineNucleus } from './nucleus/outline-nucleus.ts';
export { type OpenImage, type OpenImageOptions, openImage } from './source/open-image.ts';
export { makePreview, type Preview } from './source/preview.ts';
export { type MergeOptions, mergeTiles, type TileFindings } from './tiles/merge-tiles.ts';
export { tileGrid } from './tiles/tile-grid.ts';
export { classesFor, type StagingOptions } from './stage-finding.ts';
export { priorOf, type TypingOptions, typeFinding } from './type-finding.ts';
