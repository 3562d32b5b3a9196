/** @file Bytes -> raster -> tensor, and pixels -> shapes. Depends on core only. */
export { clampByte, type FloatRaster } from './colour/float-raster.ts';
export { histogramOf, percentileOf } from './colour/histogram.ts';
export { fromHsv, toHsv } from './colour/hsv.ts';
export { fromLab, rgbToLab, toLab } from './colour/lab.ts';
export {
  fromOpticalDensity,
  opticalDensityOfByte,
  toOpticalDensity,
} from './colour/optical-density.ts';
export {
  type EstimateStainsOptions,
  estimateStains,
  normaliseStains,
  type StainAmounts,
  type StainBasis,
  type StainVector,
  separateStains,
} from './colour/stain.ts';
export { toGrey } from './colour/to-grey.ts';
export { isRgbRaster, toRgbRaster } from './colour/to-rgb-raster.ts';
export {
  balanceField,
  fieldGains,
  type Gains,
  glass,
  unchangedLight,
} from './colour/field-light.ts';
export { balanceBackground, balanceGreyWorld } from './colour/white-balance.ts';
export { fromYuv, toYuv } from './colour/yuv.ts';
export { decodeBmp } from './decode/decode-bmp.ts';
export { decodeImage, decodeRegion, decodeRgb, readSourceHeader } from './decode/decode-image.ts';
export { detectImageFormat, type ImageFormat } from './decode/image-format.ts';
export { imageEnd } from './decode/image-end.ts';
export { type ImageHeader, readImageHeader } from './decode/image-header.ts';
export type { ImagePage, Orientation } from './decode/image-page.ts';
export { colourOfClass, inkOn, type Rgb, unknownColour } from './draw/colour-of-class.ts';
export {
  type ContactSheetItem,
  type ContactSheetOptions,
  drawContactSheet,
  drawLegend,
  type LegendEntry,
} from './draw/contact-sheet.ts';
export { type Coverage, coverPolygons, coverStroke } from './draw/coverage.ts';
export {
  drawBoxInPlace,
  drawMaskOutlineInPlace,
  drawOverlay,
  type OverlayCell,
  type OverlayOptions,
  smoothContour,
} from './draw/overlay.ts';
export {
  paintBoxInPlace,
  paintCoverageInPlace,
  paintMaskInPlace,
  pasteInPlace,
} from './draw/paint.ts';
export { drawTextInPlace, fitText, measureText, type TextOptions } from './draw/text.ts';
export { encodeJpeg, encodePng, encodeTiff, encodeWebp } from './encode/encode-image.ts';
export { blurRaster } from './filter/gaussian-blur.ts';
export {
  type Affine,
  composeAffine,
  identityAffine,
  invertAffine,
  mapBox,
  mapPoint,
  rotation,
  scaling,
  shearing,
  translation,
} from './geometry/affine.ts';
export { bilinearAt } from './geometry/bilinear.ts';
export { type CropOptions, cropMask, cropRaster } from './geometry/crop.ts';
export { type Displacement, elasticDisplacement, gaussianKernel } from './geometry/displacement.ts';
export { flipMask, flipRaster, rotateMask90, rotateRaster90 } from './geometry/flip-rotate.ts';
export { outputBoxOf, type PixelMap } from './geometry/pixel-map.ts';
export {
  boxToImage,
  boxToInput,
  type Fit,
  type Placement,
  type PlaceOptions,
  placementOf,
  placeRaster,
  unplaceBox,
} from './geometry/placement.ts';
export {
  type ResizeMethod,
  type ResizeOptions,
  resizeMask,
  resizeRaster,
} from './geometry/resize.ts';
export { type RowWeights, squeezeRowRgb } from './geometry/squeeze-row.ts';
export { type WarpOptions, warpMask, warpPlacedMask, warpRaster } from './geometry/warp.ts';
export {
  type DistanceMap,
  distanceTransform,
  squaredDistances,
} from './morphology/distance-transform.ts';
export {
  closeMask,
  dilateMask,
  erodeMask,
  fillHoles,
  invertMask,
  openMask,
} from './morphology/morphology.ts';
export { otsuThreshold } from './morphology/otsu.ts';
export { type WatershedOptions, watershed } from './morphology/watershed.ts';
export type {
  DecodeOptions,
  ImageSource,
  JpegOptions,
  TiffOptions,
  WebpOptions,
} from './platform/codec.ts';
export {
  type InstanceMap,
  keepLargestRegion,
  labelComponents,
  removeSmallRegions,
  toPlacedMasks,
} from './region/components.ts';
export {
  type Contour,
  contourArea,
  distanceToSegment,
  simplifyContour,
  traceContours,
} from './region/contour.ts';
export { convexHull } from './region/convex-hull.ts';
export { type NumberGrid, thresholdGrid } from './region/threshold-grid.ts';
export { type RegionProperties, regionProperties } from './region/region-properties.ts';
export {
  type RasterToTensorOptions,
  rastersToTensor,
  rasterToTensor,
} from './tensor/raster-to-tensor.ts';
