/** @file Words and numbers that everybody shares. Depends on nothing. */
export {
  type Box,
  type Boxes,
  boxArea,
  boxAt,
  boxIou,
  checkFlat,
  clipBox,
  packBoxes,
} from './boxes/boxes.ts';
export {
  boxToCxcywhRelative,
  boxToXywh,
  cxcywhRelativeToBox,
  xywhToBox,
} from './boxes/convert.ts';
export {
  type FindingGroup,
  type GroupedFinding,
  groupFindings,
  type GroupOptions,
  type Member,
  meanProbabilities,
  sumOf,
  weightedScore,
} from './boxes/group-findings.ts';
export { nms } from './boxes/nms.ts';
export { pairwiseIou } from './boxes/pairwise-iou.ts';
export {
  type AttributeName,
  attributeNames,
  attributeValues,
  attributeWords,
  type CellAttribute,
  isAttributeName,
} from './cell-attributes.ts';
export {
  type CellReason,
  nucleusToCytoplasm,
  ratioText,
  reasonWords,
} from './cell-reason.ts';
export {
  type CellClass,
  cellClasses,
  coarsen,
  isCellClass,
  lineageOf,
  parentOf,
} from './cell-class.ts';
export type { Annotation, Detection, Sample } from './detection.ts';
export { LeukoscopeError, messageOf } from './errors.ts';
export { escapeMarkup } from './escape-markup.ts';
export {
  type CaseFamiliarity,
  type Familiarity,
  judgeFamiliarity,
} from './familiarity.ts';
export { type Expectation, expectationNames, expectations } from './expectation.ts';
export type { Finding, Nucleus, UnexpectedKind } from './finding.ts';
export { halveRaster } from './halve-raster.ts';
export {
  createMask,
  type Mask,
  maskArea,
  maskBox,
  type PlacedMask,
  toImageMask,
  toPlacedMask,
} from './masks/mask.ts';
export { maskToPolygons } from './masks/mask-to-polygons.ts';
export {
  type Polygon,
  polygonsToRle,
  type Ring,
  ringArea,
  ringToRle,
  signedRingArea,
} from './masks/polygon.ts';
export {
  createRle,
  decodePlacedRle,
  decodeRle,
  encodePlacedRle,
  encodeRle,
  forEachRun,
  type Rle,
  rleArea,
  rleBox,
  runWriter,
} from './masks/rle.ts';
export {
  invertRle,
  mergeRles,
  pairwiseRleIou,
  rleOverlap,
  subtractRle,
} from './masks/rle-algebra.ts';
export { rleFromString, rleToString } from './masks/rle-string.ts';
export { createRandom, hash32, type Random, type RandomState, restoreRandom } from './random.ts';
export {
  checkSize,
  createRgbRaster,
  type Point,
  type Raster,
  type RgbRaster,
  type Size,
} from './raster.ts';
export { betaQuantile, bisectRising, checkProbability } from './statistics/beta-quantile.ts';
export { checkConfidence, clopperPearson, type Interval } from './statistics/clopper-pearson.ts';
export { incompleteBeta, logGamma } from './statistics/special-functions.ts';
export {
  type ParseCellClassOptions,
  type ParsedCellClass,
  parseCellClass,
} from './taxonomies/parse-cell-class.ts';
export {
  isLeukocyte,
  probabilityByRow,
  reportClass,
  type TypeDepth,
  typeDepths,
} from './taxonomies/report-class.ts';
export {
  isTaxonomyName,
  type Taxonomy,
  type TaxonomyName,
  taxonomies,
} from './taxonomies/taxonomies.ts';
export {
  bytesPerElement,
  createArray,
  type DType,
  type DTypeArrays,
  elementCount,
  float32,
  int64,
  type Shape,
  type TensorData,
  tensorData,
  zeros,
} from './tensor-data.ts';
