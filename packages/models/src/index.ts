/** @file The zoo: backbones, necks, heads and classifiers (detectors and segmenters are built on the same blocks). */

export type { AlexnetConfig } from './backbones/alexnet.ts';
export {
  type BackboneConfig,
  backbonePresets,
  backboneSchema,
  buildBackbone,
  frozenKeys,
} from './backbones/backbone.ts';
export { type DarknetConfig, darknetLayout } from './backbones/darknet.ts';
export {
  coarsestLevel,
  type FeatureLevel,
  type FeatureLevels,
  levelsOfStrides,
} from './backbones/feature-levels.ts';
export type { MobilenetConfig } from './backbones/mobilenet.ts';
export type { ResnetConfig } from './backbones/resnet.ts';
export { darknetFileLayout } from './detectors/darknet-file.ts';
export {
  type ConfiguredModel,
  configureModel,
  type ModelChoice,
  type RegisteredFamily,
  registerFamily,
} from './family/configured-model.ts';
export { exportedOutputs } from './family/exported-outputs.ts';
export {
  type InputSpec,
  imagenetNormalisation,
  inputSpecSchema,
  normaliseImage,
  type PreparedImage,
  prepareImage,
} from './family/input-spec.ts';
export {
  descriptionKey,
  type ModelDescription,
  parseModelDescription,
  type ReaderName,
} from './family/model-description.ts';
export {
  type AttributeHeads,
  type ReadHead,
  readAttributeHeads,
  tellAttributes,
} from './family/attribute-heads.ts';
export {
  encodeHeadWeights,
  headProbabilities,
  type LinearHead,
  readLinearHead,
} from './family/linear-head.ts';
export { centredLogits, type FamiliarCells } from './family/familiar-cells.ts';
export type { SpecimenPrior } from './family/prior.ts';
export type { StageHead } from './family/stage-head.ts';
export {
  classesSchema,
  type FamilyConfig,
  type FamilyRecipe,
  type ModelFamily,
  type Task,
} from './family/model-family.ts';
export { familyOf, modelFamilies } from './registry.ts';
export { type BoxTruth, boxTruth } from './truth/box-truth.ts';
export { allowedByLabel, type ClassTruth, classTruth } from './truth/class-truth.ts';
export { type InstanceTruth, instanceTruth } from './truth/instance-truth.ts';
export { type PixelTruth, pixelTruth } from './truth/pixel-truth.ts';
export type { BatchPlan, PlacedSample, TensorMap, TruthSpec } from './truth/truth-spec.ts';
export { ssdVggRename, type VggConfig } from './backbones/vgg.ts';
export type { WbcResnetConfig } from './backbones/wbc-resnet.ts';
export {
  buildClassifier,
  type ClassifierConfig,
  classifierPresets,
  classifierSchema,
} from './classifiers/classifier.ts';
export {
  locatorClasses,
  nucleatedClasses,
  refinerClasses,
} from './compact/compact-classes.ts';
export {
  type DecodeLocatorOptions,
  decodeLocator,
  type LocatedCell,
} from './compact/decode-locator.ts';
export {
  nucleatedProbability,
  outlinedBox,
  refinerMask,
  refinerProbabilities,
  refinerSquare,
  tempered,
} from './compact/decode-refiner.ts';
export { freeBatch, freeShapes } from './compact/free-shapes.ts';
export {
  fillValue,
  type Square,
  sampleSquareInPlace,
} from './compact/sample-square.ts';
export {
  addTurnedBack,
  meanOfViews,
  turnPlane,
  turnsOf,
  type ViewCount,
} from './compact/turned-views.ts';
export {
  readTypeHead,
  refinerBody,
  type TypeHead,
  withFeatures,
  withPooled,
  withTypeHead,
} from './compact/type-head.ts';
export {
  buildClassifierHead,
  type ClassifierHeadConfig,
  type ClassifierHeadOptions,
  classifierHeadSchema,
} from './heads/classifier-head.ts';
export {
  type AsppConfig,
  asppRates,
  asppSchema,
  buildAspp,
  buildDeepLabHead,
} from './necks/aspp.ts';
export type { FinalDetections } from './heads/final-detections.ts';
export { kmeansAnchors, meanBestIou } from './heads/kmeans-anchors.ts';
export { buildFpn, type FpnConfig, fpnPresets, fpnSchema } from './necks/fpn.ts';
export {
  buildUnetDecoder,
  type UnetDecoderConfig,
  unetDecoderPresets,
  unetDecoderSchema,
} from './necks/u-net-decoder.ts';
