/**
 * @file The second stage's box head (Girshick 2015, Lin et al. 2017): two dense layers over a pooled
 * region, then a type with background and a box for each type. Parameter names and the order of rows in
 * the weights are torchvision's (`roi_heads.box_predictor.cls_score`, background first), so its files
 * load as they are; in the graph background is the last class, as everywhere here.
 *
 * R = regions of all images, K = classes. Reference: torchvision.models.detection.faster_rcnn 0.14.
 */
import {
  concat,
  flatten,
  linearLayer,
  relu,
  reshape,
  type Scope,
  sliceAxis,
  type Tensor,
  uniform,
} from '@leukoscope/nn';
import { z } from 'zod';
import { detectionSchema } from './final-detections.ts';

const count = z.int().positive();
const share = z.number().min(0).max(1);
const weight = z.number().positive();

/** The shape of a box head. */
export const boxHeadSchema = z.strictObject({
  /** Side of a pooled region. */
  poolSize: count,
  /** Width of the dense layers. */
  channels: count,
  /** A region is a cell from this IoU on, below it background. */
  positiveIou: share,
  /** Regions that train the head, of each image. */
  samples: count,
  /** Largest share of cells among them. */
  positiveShare: share.positive(),
  /** What dx, dy, dw, dh are multiplied by. */
  deltaWeights: z.tuple([weight, weight, weight, weight]).readonly(),
  ...detectionSchema.shape,
});

/** The shape of a box head. */
export type BoxHeadConfig = z.infer<typeof boxHeadSchema>;

/** What the head says about every region. */
export interface BoxHeadOutputs {
  /** [R, K + 1], background last. */
  readonly logits: Tensor;
  /** [R, K, 4]: a box for each class; [R, 1, 4] where all classes share one. */
  readonly deltas: Tensor;
}

// PyTorch's default for linear layers: uniform within 1 / √inputs.
const dense = (scope: Scope, x: Tensor, outputs: number) =>
  linearLayer(scope, x, outputs, { initialise: uniform(1 / Math.sqrt(x.shape[1]!)) });

/** Apply the head to pooled regions [R, C, S, S]; `scope` is `roi_heads`. */
export function buildBoxHead(
  scope: Scope,
  pooled: Tensor,
  { channels, classes }: { readonly channels: number; readonly classes: number },
): BoxHeadOutputs {
  return predictBoxes(
    scope.at('box_predictor'),
    denseFeatures(scope.at('box_head'), pooled, channels),
    classes,
  );
}

/** The two dense layers: [R, channels]. */
export function denseFeatures(scope: Scope, pooled: Tensor, channels: number): Tensor {
  const first = relu(dense(scope.at('fc6'), flatten(pooled), channels));
  return relu(dense(scope.at('fc7'), first, channels));
}

/** Types and a box for each of them, from features [R, C]. */
function predictBoxes(scope: Scope, features: Tensor, classes: number): BoxHeadOutputs {
  const rois = features.shape[0]!;
  const deltas = dense(scope.at('bbox_pred'), features, (classes + 1) * 4);
  return {
    logits: predictTypes(scope, features, classes),
    // Background has a row in torchvision's weights but no box.
    deltas: sliceAxis(reshape(deltas, [rois, classes + 1, 4]), 1, 1, classes + 1),
  };
}

/** Logits of types with background last, from features [R, C]. */
export function predictTypes(scope: Scope, features: Tensor, classes: number): Tensor {
  const logits = dense(scope.at('cls_score'), features, classes + 1);
  return concat([sliceAxis(logits, 1, 1, classes + 1), sliceAxis(logits, 1, 0, 1)], 1);
}

/** One box for all types, from features [R, C]: [R, 1, 4]. */
export function predictSharedBox(scope: Scope, features: Tensor): Tensor {
  return reshape(dense(scope.at('bbox_pred'), features, 4), [features.shape[0]!, 1, 4]);
}
