/**
 * @file What all segmenters share: their truth, loss and answer. A segmenter only says how an image becomes
 * logits [N, K + 1, H, W] of the input's size, background last.
 *
 *   loss = CE, weighted by class + s (1 - mean over foreground classes of the soft Dice)
 */
import {
  add,
  argMax,
  cast,
  concat,
  crossEntropy,
  diceLoss,
  div,
  equal,
  greater,
  type LossAndMetrics,
  maximum,
  mul,
  reshape,
  type Scope,
  sigmoid,
  slice,
  softmax,
  stopGradient,
  sub,
  sum,
  type Tensor,
  transpose,
} from '@leukoscope/nn';
import { z } from 'zod';
import { imagenetNormalisation } from '../family/input-spec.ts';
import {
  classesSchema,
  type FamilyConfig,
  type FamilyRecipe,
  type ModelFamily,
  sizeSchema,
} from '../family/model-family.ts';
import { type PixelTruth, pixelTruth } from '../truth/pixel-truth.ts';

/** Fields that every segmenter's configuration has. */
export const segmenterFields = {
  classes: classesSchema,
  size: sizeSchema,
  /** Weight of each class in the cross-entropy, background last; null: all 1. */
  classWeights: z.array(z.number().positive()).readonly().nullable().default(null),
  /** s: how much the Dice loss counts beside the cross-entropy. */
  diceShare: z.number().min(0).default(0),
};

/** What the shared parts read. */
export interface SegmenterConfig extends FamilyConfig {
  readonly classWeights: readonly number[] | null;
  readonly diceShare: number;
}

/** The fields of a preset that finds leukocytes on crops or small fields. */
export const leukocytePixels = {
  classes: ['leukocyte'],
  size: { width: 256, height: 256 },
  classWeights: null,
  diceShare: 0,
} as const satisfies SegmenterConfig;

/** What an author of a segmenter writes. */
export interface SegmenterParts<C extends SegmenterConfig> {
  readonly name: string;
  readonly title: string;
  readonly summary: string;
  readonly schema: z.ZodType<C>;
  readonly presets: Readonly<Record<'tiny' | 'slim' | 'paper', C>>;
  readonly recipe: FamilyRecipe;
  readonly multipleOf: number;
  frozen?(config: C): readonly string[];
  /** Logits [N, K + 1, H, W] of a normalised image [N, 3, H, W]. */
  logits(scope: Scope, image: Tensor, config: C): Tensor;
}

/** Make the family of a segmenter. */
export function defineSegmenter<C extends SegmenterConfig>(
  parts: SegmenterParts<C>,
): ModelFamily<C, Tensor, PixelTruth> {
  const { multipleOf, logits, ...rest } = parts;
  return {
    ...rest,
    task: 'pixels',
    input: ({ size }) => ({
      size,
      fit: 'letterbox',
      multipleOf,
      ...imagenetNormalisation,
      padding: 124,
    }),
    truth: ({ classes }) => pixelTruth(classes),
    build: logits,
    loss: (_scope, output, truth, config) => pixelLoss(output, truth, config),
    exported: (_scope, output) => ({ probabilities: pixelProbabilities(output) }),
  };
}

/** The loss of logits [N, C, H, W], and the share of known pixels that are right. */
export function pixelLoss(
  logits: Tensor,
  { classMap, weight }: PixelTruth,
  { classWeights, diceShare }: Pick<SegmenterConfig, 'classWeights' | 'diceShare'>,
): LossAndMetrics {
  const mask = greater(weight, 0);
  const cross = crossEntropy(logits, classMap, {
    mask,
    ...(classWeights === null ? {} : { classWeights }),
  });
  const isRight = cast(equal(argMax(logits, 1), classMap), 'float32');
  const known = maximum(sum(weight), 1);
  const accuracy = stopGradient(div(sum(mul(isRight, weight)), known));
  if (diceShare === 0) return { loss: cross, metrics: { pixel_accuracy: accuracy } };
  const dice = foregroundDice(logits, classMap, weight);
  return {
    loss: add(cross, mul(dice, diceShare)),
    metrics: { cross_entropy: cross, dice, pixel_accuracy: accuracy },
  };
}

/** 1 - soft Dice of the foreground classes over the known pixels. */
function foregroundDice(logits: Tensor, classMap: Tensor, weight: Tensor): Tensor {
  const [N, C, H, W] = logits.shape as [number, number, number, number];
  const K = C - 1;
  const plane = [N, 1, H, W];
  const known = reshape(weight, plane);
  const foreground = slice(pixelProbabilities(logits), [0, 0, 0, 0], [N, K, H, W]);
  const truth = concat(
    Array.from({ length: K }, (_, k) => reshape(cast(equal(classMap, k), 'float32'), plane)),
    1,
  );
  return diceLoss(mul(foreground, known), mul(truth, known));
}

/** Softmax over the classes of logits [N, C, H, W]. */
export function pixelProbabilities(logits: Tensor): Tensor {
  const [N, C, H, W] = logits.shape as [number, number, number, number];
  if (C === 2) {
    // Of two classes the softmax is a sigmoid: no transposing there and back.
    const plane = (c: number) => slice(logits, [0, c, 0, 0], [N, c + 1, H, W]);
    const cell = sigmoid(sub(plane(0), plane(1)));
    return concat([cell, sub(1, cell)], 1);
  }
  // ONNX Runtime's softmax is slow on any axis but the last.
  return transpose(softmax(transpose(logits, [0, 2, 3, 1])), [0, 3, 1, 2]);
}
