/** @file The zoo: backbones and classifiers (detectors and segmenters are built on the same blocks). */
export {
  buildResnet,
  type ResnetConfig,
  type ResnetLevels,
  resnet18Config,
  resnet50Config,
} from './backbones/resnet.ts';
export { buildResnetClassifier } from './classifiers/resnet-classifier.ts';
export { buildVggClassifier, type VggConfig, vgg16Config } from './classifiers/vgg-classifier.ts';
export {
  allowedClasses,
  type CellKnowledge,
  locatorClasses,
  nucleatedClasses,
  refinerClasses,
} from './compact/compact-classes.ts';
export {
  buildRefiner,
  type RefinerConfig,
  refinerDefaults,
  refinerLoss,
  type RefinerLossOptions,
  type RefinerOutputs,
  type RefinerTargets,
} from './compact/refiner.ts';
export {
  decodeLocator,
  type DecodeLocatorOptions,
  type LocatedCell,
} from './compact/decode-locator.ts';
export {
  buildLocator,
  type LocatorConfig,
  locatorDefaults,
  locatorLoss,
  type LocatorOutputs,
  locatorStride,
  type LocatorTargets,
  reachUnit,
} from './compact/locator.ts';
export {
  nucleatedProbability,
  outlinedBox,
  refinerEnergy,
  refinerMask,
  refinerProbabilities,
  refinerSquare,
} from './compact/decode-refiner.ts';
export { fillValue, sampleSquareInPlace, type Square } from './compact/sample-square.ts';
