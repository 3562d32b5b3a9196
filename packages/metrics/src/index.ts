/** @file How good a detector, a segmenter or a classifier is, with statistics, figures and a report. */
export {
  type Calibration,
  type CalibrationBin,
  type ClassifierCalibration,
  calibration,
  scoreCalibration,
} from './classification/calibration.ts';
export {
  type ClassificationScores,
  type ClassScores,
  classificationScores,
  type Scores,
} from './classification/classification-scores.ts';
export {
  fitScoreThreshold,
  fitTemperature,
  type JudgedCell,
  logLoss,
  type ScoredField,
  unsureBelow,
} from './classification/fit-calibration.ts';
export { cohenKappa, type Kappa, type KappaWeights } from './classification/cohen-kappa.ts';
export { type ConfusionMatrix, confusionMatrix } from './classification/confusion-matrix.ts';
export { mostProbable, type ScoredCells } from './classification/probabilities.ts';
export { type MulticlassRoc, oneVsRestRoc, type RocCurve, rocCurve } from './classification/roc.ts';
export { topKAccuracy } from './classification/top-k.ts';
export {
  type CocoEvaluation,
  type CocoOptions,
  evaluateCoco,
} from './detection/coco-evaluation.ts';
export {
  type AreaRange,
  cocoAreaRanges,
  cocoIouThresholds,
  cocoMaxDetections,
  cocoRecallThresholds,
} from './detection/coco-parameters.ts';
export {
  averagePrecision,
  averageRecall,
  type CocoSelection,
  type CocoSummary,
  precisionAtRecallPoints,
  summariseCoco,
} from './detection/coco-summary.ts';
export { type CountError, type CountErrors, countErrors } from './detection/count-error.ts';
export type {
  DetectedCell,
  DetectionSet,
  EvaluatedImage,
  GroundTruthCell,
  OverlapKind,
} from './detection/detection-set.ts';
export {
  type DetectorConfusion,
  type DetectorConfusionOptions,
  detectorConfusion,
  matchPlaces,
  type PlaceMatches,
} from './detection/detector-confusion.ts';
export {
  type ErrorBreakdown,
  type ErrorBreakdownOptions,
  type ErrorKind,
  errorBreakdown,
  errorKinds,
} from './detection/error-breakdown.ts';
export {
  type EvaluatedImageResult,
  evaluatedImage,
  type ImageFindings,
} from './detection/evaluated-image.ts';
export {
  evaluatePascal,
  type PascalClass,
  type PascalEvaluation,
  type PascalOptions,
} from './detection/pascal-average-precision.ts';
export type { RankedCurve } from './detection/precision-at-recall.ts';
export {
  type PrecisionRecallCurve,
  precisionRecallCurves,
} from './detection/precision-recall-curves.ts';
export {
  type ResampledPrecisionOptions,
  resampledPrecision,
} from './detection/resampled-precision.ts';
export { blandAltmanFigure, regressionFigure } from './figures/agreement-figures.ts';
export { type Bar, type BarFigureOptions, type BarGroup, barFigure } from './figures/bar-figure.ts';
export { type BoxGroup, type BoxPlotOptions, boxPlotFigure } from './figures/box-plot-figure.ts';
export { controlFigure } from './figures/control-figure.ts';
export { confusionFigure } from './figures/confusion-figure.ts';
export { paretoFront, type ScatterPoint, scatterFigure } from './figures/scatter-figure.ts';
export { type CsvValue, toCsv } from './figures/csv.ts';
export {
  type LearningCurve,
  learningCurveFigure,
  precisionRecallFigure,
  rocFigure,
} from './figures/curve-figures.ts';
export type { Figure, FigureOptions } from './figures/figure.ts';
export { reliabilityFigure } from './figures/reliability-figure.ts';
export { escapeXml } from './figures/svg.ts';
export { type FigureTheme, pageTheme, printTheme } from './figures/theme.ts';
export {
  type ClassifiedCells,
  type EvaluateClassificationOptions,
  evaluateClassification,
} from './report/evaluate-classification.ts';
export {
  type EvaluateDetectionsOptions,
  evaluateDetections,
} from './report/evaluate-detections.ts';
export {
  type EvaluateSegmentationOptions,
  evaluateSegmentation,
  type SegmentedImage,
} from './report/evaluate-segmentation.ts';
export {
  type ClassificationSection,
  type DetectionSection,
  type EvaluationReport,
  type IntervalEstimate,
  joinReports,
  type ReportFacts,
  type ReportSection,
  type SegmentationSection,
} from './report/evaluation-report.ts';
export { figureGrid, type KeyFigure, keyFigures, table } from './report/page-parts.ts';
export { pageStyle } from './report/page-style.ts';
export { reportFigures } from './report/report-figures.ts';
export { reportToHtml, researchNotice } from './report/report-html.ts';
export {
  type BoundaryF1,
  type BoundaryF1Options,
  boundaryF1,
} from './segmentation/boundary-f1.ts';
export {
  type ClassMapBoundaryF1,
  classMapBoundaryF1,
} from './segmentation/class-map-boundary-f1.ts';
export { type ClassMapMeasures, classMapMeasures } from './segmentation/class-map-measures.ts';
export {
  addPixelCounts,
  type ClassMap,
  countClasses,
  countPixels,
  type PixelCounts,
} from './segmentation/pixel-counts.ts';
export {
  type SegmentationMeasures,
  segmentationMeasureNames,
  segmentationMeasures,
} from './segmentation/segmentation-measures.ts';
export { type AnalysisOfVariance, analysisOfVariance } from './statistics/analysis-of-variance.ts';
export { type BlandAltman, blandAltman, type Estimate } from './statistics/bland-altman.ts';
export {
  type BootstrapInterval,
  type BootstrapOptions,
  bootstrapInterval,
  percentileLimits,
  type Statistic,
} from './statistics/bootstrap.ts';
export { type BoxAndWhisker, boxAndWhisker } from './statistics/box-and-whisker.ts';
export { clopperPearson, type Interval } from '@leukoscope/core';
export {
  type ControlChart,
  type ControlPoint,
  type CountedPeriod,
  controlChart,
} from './statistics/control-chart.ts';
export { mean, midRanks, quantile, standardDeviation } from './statistics/descriptive.ts';
export {
  betaQuantile,
  fUpperTail,
  normalCdf,
  normalQuantile,
  studentQuantile,
  studentTwoSided,
} from './statistics/distributions.ts';
export { holm } from './statistics/holm.ts';
export {
  type DemingOptions,
  demingRegression,
  type MethodRegression,
  passingBablokRegression,
} from './statistics/method-regression.ts';
export { type McNemar, mcNemar } from './statistics/mcnemar.ts';
export {
  type PairedT,
  pairedT,
  type SignedRanks,
  wilcoxonSignedRanks,
} from './statistics/paired-tests.ts';
