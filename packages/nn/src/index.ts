/**
 * @file The engine: build a graph, differentiate it, write it as ONNX, train it.
 *
 * Running needs a platform and is an entry of its own: `@leukoscope/nn/runtime`.
 */
export { gradients } from './autodiff/gradients.ts';
export {
  type AnchorLevel,
  type AnchorOptions,
  type Anchors,
  anchorBoxes,
  flattenLevel,
} from './detection/anchors.ts';
export { type BoxCoderOptions, decodeBoxes, encodeBoxes } from './detection/box-coder.ts';
export {
  clipBoxes,
  filterProposals,
  type ProposalOptions,
  type Proposals,
} from './detection/filter-proposals.ts';
export {
  type FpnLevelOptions,
  fpnLevels,
  type RoiAlignLevelsOptions,
  roiAlignLevels,
} from './detection/fpn-levels.ts';
export { gatherRows } from './detection/gather-rows.ts';
export { asBool, type BoxMatchOptions, type Matches, matchBoxes } from './detection/match-boxes.ts';
export { boxSides, pairwiseIou } from './detection/pairwise-iou.ts';
export {
  type BalancedSample,
  type SampleOptions,
  sampleBalanced,
} from './detection/sample-balanced.ts';
export {
  addGroundTruth,
  type GroundTruth,
  type MaskedBoxes,
  type RoiSample,
  type RoiSampleOptions,
  sampleRois,
} from './detection/sample-rois.ts';
export { type EmitRequest, type EmittedModel, emitGraph, opsetVersion } from './emit/emit-graph.ts';
export { type CalibrationOptions, calibrate, type SeenValue } from './export/calibrate.ts';
export {
  type CompareOptions,
  compareModels,
  type ModelComparison,
  type OutputDifference,
} from './export/compare-models.ts';
export { matchesName } from './export/layer-names.ts';
export { convertToFloat16, type Float16Options, sensitiveOperators } from './export/float16.ts';
export {
  type ModelMetadata,
  type ModelTask,
  metadataKey,
  type PostprocessingFacts,
  type PreprocessingFacts,
  readModelMetadata,
  writeModelMetadata,
} from './export/model-metadata.ts';
export type { CalibrationMethod, ValueRange } from './export/quantisation-range.ts';
export {
  type QuantisedModel,
  type QuantiseOptions,
  quantiseModel,
} from './export/quantise-model.ts';
export { simplifyModel } from './export/simplify-model.ts';
export { hashGraph, printGraph } from './graph/print.ts';
export { constant, describeTensor, input, parameter, type Tensor } from './graph/tensor.ts';
export { verifyGraph } from './graph/verify.ts';
export {
  type ConvLayerOptions,
  type ConvNormOptions,
  channelAffineLayer,
  convLayer,
  convNormLayer,
  convTransposeLayer,
  type NormMode,
} from './layers/convolution-layers.ts';
export { dropoutLayer, flatten, linearLayer } from './layers/dense-layers.ts';
export { mixStyleLayer } from './layers/mix-style.ts';
export { batchNormLayer, groupNormLayer, l2NormLayer } from './layers/norm-layers.ts';
export {
  type BceOptions,
  bceWithLogits,
  type FocalOptions,
  sigmoidFocalLoss,
  softMaskLoss,
} from './losses/binary.ts';
export {
  type BoxLossOptions,
  giouLoss,
  type IouLossOptions,
  iouLoss,
} from './losses/box-losses.ts';
export { type CrossEntropyOptions, crossEntropy } from './losses/cross-entropy.ts';
export { type DiceOptions, diceLoss } from './losses/dice-loss.ts';
export type { LossOptions, Reduction } from './losses/reduce-loss.ts';
export {
  l1Loss,
  mseLoss,
  type RegressionLossOptions,
  type SmoothL1Options,
  smoothL1Loss,
} from './losses/regression.ts';
export { bfloat16ToFloat32, float16ToFloat32, float32ToFloat16 } from './onnx/half-floats.ts';
export type {
  OnnxAttribute,
  OnnxGraph,
  OnnxModel,
  OnnxNode,
  OnnxTensor,
  OnnxValueInfo,
} from './onnx/model.ts';
export { decodeOnnxModel } from './onnx/read-model.ts';
export { encodeOnnxModel } from './onnx/write-model.ts';
export {
  betweenMask,
  clip,
  hardSigmoid,
  hardSwish,
  leakyRelu,
  relu,
  sigmoid,
  silu,
  softplus,
  tanh,
} from './ops/activation.ts';
export { broadcastTo } from './ops/broadcast.ts';
export {
  type ConvOptions,
  type ConvTransposeOptions,
  conv2d,
  convTranspose2d,
} from './ops/convolution.ts';
export {
  abs,
  add,
  and,
  cast,
  ceil,
  cos,
  div,
  equal,
  exp,
  floor,
  greater,
  greaterOrEqual,
  less,
  lessOrEqual,
  log,
  maximum,
  minimum,
  mod,
  mul,
  neg,
  not,
  type Operand,
  or,
  pow,
  round,
  sign,
  sin,
  sqrt,
  stopGradient,
  sub,
  where,
} from './ops/elementwise.ts';
export {
  gather,
  gatherElements,
  oneHot,
  range,
  type ScatterMode,
  scatterElements,
  scatterNd,
} from './ops/indexing.ts';
export { matmul } from './ops/matmul.ts';
export { batchNorm, channelAffine, groupNorm, l2Norm } from './ops/normalisation.ts';
export { type OpName, opTable } from './ops/op-table.ts';
export {
  adaptiveAveragePool,
  averagePool,
  fitImage,
  globalAveragePool,
  maxPool,
  maxPoolWithIndices,
  maxUnpool,
  type PoolOptions,
} from './ops/pooling.ts';
export { argMax, argMin, max, mean, min, sum } from './ops/reduction.ts';
export { blockSum, resizeBilinear, resizeNearest } from './ops/resize.ts';
export { type RoiAlignOptions, roiAlign } from './ops/roi-align.ts';
export { nonMaxSuppression, type SuppressionOptions, topK } from './ops/selection.ts';
export {
  concat,
  flip,
  pad,
  reshape,
  slice,
  sliceAxis,
  split,
  transpose,
} from './ops/shaping.ts';
export { logSoftmax, softmax } from './ops/softmax.ts';
export { type AdamWOptions, adamW } from './optim/adamw.ts';
export type { Optimiser } from './optim/optimiser.ts';
export { constantRate, cosine, multiStep, type Schedule, warmUp } from './optim/schedule.ts';
export { type SgdOptions, sgd } from './optim/sgd.ts';
export { foldValues } from './params/fold.ts';
export {
  fill,
  glorot,
  type Initialiser,
  kaiming,
  normal,
  uniform,
} from './params/initialise.ts';
export {
  createScope,
  type Mode,
  type ParameterSpec,
  type Scope,
} from './params/scope.ts';
export { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from './train/checkpoint.ts';
export {
  buildInferenceModel,
  createTrainer,
  initialValues,
  type StepReport,
  type Trainer,
  type TrainerOptions,
} from './train/trainer.ts';
export {
  buildTrainingGraph,
  type LossAndMetrics,
  type TrainingGraph,
  type TrainingGraphOptions,
} from './train/training-graph.ts';
export { toFloat32 } from './weights/convert-tensor.ts';
export {
  describeMatch,
  type FullMatchOptions,
  requireFullMatch,
} from './weights/describe-match.ts';
export {
  type MatchOptions,
  matchWeights,
  type RenameRule,
  type TransposeRule,
  type WantedParameter,
  type WeightMatch,
} from './weights/match-weights.ts';
export { meanWeights } from './weights/mean-weights.ts';
export { readCaffemodel } from './weights/read-caffemodel.ts';
export { readTflite } from './weights/read-tflite.ts';
export { type DarknetLayer, type DarknetOptions, readDarknet } from './weights/read-darknet.ts';
export { readOnnxWeights } from './weights/read-onnx-weights.ts';
export { type PytorchOptions, readPytorch } from './weights/read-pytorch.ts';
export { readSafetensors } from './weights/read-safetensors.ts';
export {
  readWeightsFile,
  recogniseWeights,
  type WeightsFile,
  type WeightsFileOptions,
  type WeightsFormat,
} from './weights/read-weights-file.ts';
export type { Weights } from './weights/weights.ts';
export { writeSafetensors } from './weights/write-safetensors.ts';
