/** @file Boxes and masks -> medicine: differential, exact limits, flags, morphology, quality, reports. */
export {
  type AuditedLabel,
  type AuditOptions,
  auditLabels,
  type DoubtKind,
  doubtKinds,
  type LabelDoubt,
  type ModelOpinion,
  type OpinionFinding,
} from './audit/audit-labels.ts';
export {
  type AnalysedImage,
  type AnalysisFacts,
  analyseCase,
  type CaseAnalysis,
  researchNotice,
} from './case-analysis.ts';
export { type CaseFlag, type CaseFlagCode, caseFlags } from './differential/case-flags.ts';
export { unfamiliarFlags } from './differential/unfamiliar-flags.ts';
export { unexpectedFlags } from './differential/unexpected-flags.ts';
export {
  type AccompanyingRow,
  type CountedCell,
  countOf,
  type Differential,
  type DifferentialOptions,
  type DifferentialRow,
  differential,
  type RangeCheck,
} from './differential/differential.ts';
export {
  parseReferenceRanges,
  type ReferenceRange,
  type ReferenceRanges,
  referenceRanges,
} from './differential/reference-ranges.ts';
export {
  type CellMorphology,
  cellMorphology,
  type MorphologyOptions,
} from './morphology/cell-morphology.ts';
export { reasonOf } from './morphology/reason-of-finding.ts';
export { estimatePixelsPerMicron } from './quality/field-scale.ts';
export { cutDetail, estimateBlurPx } from './quality/focus.ts';
export { fitLight, type LightField } from './quality/light-field.ts';
export {
  chooseDetail,
  type QualityLimits,
  type QualityMeasure,
  type QualityMeasureCode,
  type QualityView,
  qualityFlags,
} from './quality/quality-flags.ts';
export { previewSide, qualityViewOf } from './quality/view-of-raster.ts';
export {
  isNamed,
  legendOf,
  overlayCells,
  probabilityOf,
  type ShownCell,
  shownCell,
  sortShown,
} from './report/overlay-data.ts';
export type { CasePictures } from './report/picture-sections.ts';
export { type ToCsvOptions, toCsv } from './report/to-csv.ts';
export { type ToHtmlOptions, toHtml } from './report/to-html.ts';
export { type ToJsonOptions, toJson } from './report/to-json.ts';
