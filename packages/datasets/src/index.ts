/** @file The world's files -> data sets and samples: importers, exporters, toolbox, augmentation, synthesis. */
export type {
  AnnotationRecord,
  Dataset,
  DatasetClass,
  ExportResult,
  ImageRecord,
  ImportIssue,
  ImportResult,
  StoredMask,
} from './dataset.ts';
export {
  type ByteRange,
  checkRelativePath,
  type Folder,
  type FolderSink,
  memoryFolder,
  type ReadRange,
  sortFiles,
} from './folder.ts';
export { exportCoco } from './formats/coco-export.ts';
export { importCoco, importCocoResults } from './formats/coco-import.ts';
export {
  auditColumns,
  type CorrectedLabels,
  correctLabels,
  type Verdict,
} from './toolbox/correct-labels.ts';
export { exportCsv } from './formats/csv-export.ts';
export { importCsv } from './formats/csv-import.ts';
export { importCvat } from './formats/cvat-import.ts';
export { type FolderPerClassOptions, importFolderPerClass } from './formats/folder-per-class.ts';
export { exportGeoJson } from './formats/geojson-export.ts';
export { importGeoJson } from './formats/geojson-import.ts';
export { readImageSize } from './formats/image-header.ts';
export type { ImportOptions } from './formats/import-options.ts';
export { type EncodeImage, exportMasks, type MaskExportOptions } from './formats/mask-export.ts';
export { type DecodeImage, importMasks, type MaskOptions } from './formats/mask-import.ts';
export { exportVoc } from './formats/voc-export.ts';
export { importVoc, type VocOptions } from './formats/voc-import.ts';
export { exportYolo, type YoloExportOptions, yoloImagePath } from './formats/yolo-export.ts';
export { importYolo } from './formats/yolo-import.ts';
export {
  type InterferenceFactor,
  interferenceFactors,
  isInterferenceFactor,
} from './interference-factors.ts';
export { type DetectedLayout, detectLayout, type Layout } from './sources/detect-layout.ts';
export {
  type ImportDatasetOptions,
  type ImportedDataset,
  importDataset,
} from './sources/import-dataset.ts';
export { type ImportPart, joinImports } from './sources/join-imports.ts';
export {
  importBccd,
  importBcisc,
  importBciscCells,
  importMarrow,
  importOiPbc,
  importTxlPbc,
  importZheng,
  type SourceOptions,
} from './sources/published-sets.ts';
export { createPermutation, type Permutation } from './loading/permutation.ts';
export {
  type Glare,
  type SmearLook,
  type SmearLookName,
  smearLooks,
} from './synthesise/looks.ts';
export { synthesisedClasses } from './synthesise/paint-cell.ts';
export type { ErythrocytePlan } from './synthesise/paint-erythrocyte.ts';
export {
  type Rgb,
  type StainColours,
  stainAtPh,
} from './synthesise/stain.ts';
export { type SyntheticCellOptions, synthesiseCell } from './synthesise/synthesise-cell.ts';
export type { SyntheticCell } from './synthesise/owner-map.ts';
export {
  type SyntheticFieldOptions,
  type SyntheticSample,
  synthesiseField,
} from './synthesise/synthesise-field.ts';
export {
  type ConvertOptions,
  convertDataset,
  type ExportFormat,
  exportedImagePath,
  exportFormats,
  isExportFormat,
} from './toolbox/convert.ts';
export {
  type DuplicateOptions,
  type DuplicatePair,
  findDuplicates,
  findLeaks,
  fingerprintImages,
  groupDuplicates,
  type PrintedImage,
} from './toolbox/duplicates.ts';
export { locateCentredCell } from './toolbox/locate-centred-cell.ts';
export { type Fingerprint, fingerprintRaster } from './toolbox/fingerprint.ts';
export {
  type Annotator,
  type DisputedCell,
  type MergedAnnotations,
  type MergeOptions,
  mergeAnnotators,
  type Opinion,
} from './toolbox/merge-annotators.ts';
export {
  type ImageResize,
  planResize,
  type ResizePlan,
  scaleRecord,
  scaleRle,
  type TargetSize,
} from './toolbox/resize.ts';
export { blockGroups, foldDataset, type SplitOptions, splitDataset } from './toolbox/split.ts';
export {
  type ClassCount,
  type DatasetStatistics,
  datasetStatistics,
  type GroupCount,
  type Spread,
  statisticsText,
} from './toolbox/statistics.ts';
export { type Problem, type ValidateOptions, validateDataset } from './toolbox/validate.ts';
export {
  boxOf,
  cellClassOf,
  storedMaskToPlaced,
  storedMaskToRle,
  toAnnotations,
} from './to-annotations.ts';
export {
  applyInterference,
  type InterferedSample,
  type InterferenceOptions,
} from './interference/apply-interference.ts';
export { type Severity, severities } from './interference/severity.ts';
export { restainAtPh } from './interference/shift-ph.ts';
export {
  type ComposedScene,
  type CutOutResult,
  composeScene,
  cutOutCells,
  type SceneOptions,
} from './synthesise/compose-scene.ts';
export { type CellCutOut, type CutOutOptions, cutOutCell } from './synthesise/cut-out.ts';
export { type EraseOptions, eraseCells } from './synthesise/erase-cells.ts';
export { augmentSample, partnersNeeded } from './augment/augment-sample.ts';
export type { AugmentedAnnotation, AugmentedSample } from './augment/augmented-sample.ts';
export { dihedral, eightfold } from './augment/eightfold.ts';
export {
  type CropPlan,
  cropShifted,
  type OversampleOptions,
  planOversampling,
} from './augment/oversample.ts';
export { type PreviewOptions, previewAugmentation } from './augment/preview-augmentation.ts';
export {
  type AugmentationRecipe,
  type AugmentationRecipeInput,
  parseRecipe,
} from './augment/recipe.ts';
export { type AugmentationRecipeName, augmentationRecipes } from './augment/recipes.ts';
export { measureYuv, toYuvTensor, type YuvStatistics } from './augment/yuv-normalisation.ts';
