/**
 * @file The locator as a family: a detector of few kinds of cell that is fast on whole fields. Alone it gives final
 * boxes; as the first stage of a two-stage model, heat and reach of inputs of any size.
 */
import type { Size } from '@leukoscope/core';
import {
  add,
  cast,
  clipBoxes,
  concat,
  constant,
  exp,
  gather,
  gatherRows,
  greaterOrEqual,
  maxPool,
  mul,
  reshape,
  sigmoid,
  sliceAxis,
  sub,
  type Tensor,
  transpose,
} from '@leukoscope/nn';
import { z } from 'zod';
import { count } from '../backbones/backbone-fields.ts';
import { classesSchema, type ModelFamily, sizeSchema } from '../family/model-family.ts';
import {
  bestPairs,
  detectionSchema,
  type FinalDetections,
  finalDetections,
  probabilitiesOf,
} from '../heads/final-detections.ts';
import { locatorClasses } from './compact-classes.ts';
import {
  buildLocator,
  type LocatorOutputs,
  type LocatorTargets,
  locatorLoss,
  locatorStride,
  reachUnit,
} from './locator.ts';
import { locatorTruth } from './locator-truth.ts';
import { stainedInput } from './stained-input.ts';

const blocks = z.int().min(0).max(20);

const schema = z.strictObject({
  classes: classesSchema,
  size: sizeSchema,
  /** Channels at strides 2, 4, 8, 16, 32, 64. */
  widths: z.tuple([count, count, count, count, count, count]).readonly(),
  /** Residual blocks at strides 8, 16, 32. */
  blocks: z.tuple([blocks, blocks, blocks]).readonly(),
  /** Channels of the way back up at strides 32, 16, 8, 4. */
  upWidths: z.tuple([count, count, count, count]).readonly(),
  detection: detectionSchema,
});

/** The configuration. */
export type LocatorFamilyConfig = z.infer<typeof schema>;

/** What ships. */
const shipped: LocatorFamilyConfig = {
  classes: locatorClasses,
  size: { width: 256, height: 256 },
  widths: [16, 24, 48, 80, 112, 112],
  blocks: [1, 1, 1],
  upWidths: [80, 64, 48, 24],
  detection: {
    scoreThreshold: 0.05,
    iouThreshold: 0.5,
    suppression: 'per-class',
    candidates: 1000,
    detections: 200,
  },
};

/** Its outputs, and the size that they are of. */
interface Located extends LocatorOutputs {
  readonly size: Size;
}

/** The family. */
export const compactLocator: ModelFamily<LocatorFamilyConfig, Located, LocatorTargets> = {
  name: 'compact-locator',
  title: 'Compact locator',
  summary: 'Finds leukocytes, red cells and platelets as points with boxes (Zhou et al. 2019).',
  task: 'boxes',
  keepsClasses: true,
  schema,
  presets: {
    tiny: {
      ...shipped,
      size: { width: 64, height: 64 },
      widths: [6, 8, 12, 12, 12, 12],
      blocks: [1, 0, 0],
      upWidths: [12, 12, 12, 12],
      detection: { ...shipped.detection, candidates: 50, detections: 10 },
    },
    slim: shipped,
    paper: shipped,
  },
  recipe: {
    optimiser: 'adamw',
    learningRate: 0.001,
    weightDecay: 0.02,
    batchSize: 8,
    epochs: 30,
    augmentation: 'located-cells',
  },
  input: ({ size }) => stainedInput(size, 64),
  truth: ({ classes }) => locatorTruth(classes),
  build: (scope, image, config) => ({
    ...buildLocator(scope, image, config, config.classes.length),
    size: { width: image.shape[3]!, height: image.shape[2]! },
  }),
  loss(_scope, outputs, truth) {
    const { loss, heat, reach } = locatorLoss(outputs, truth);
    return { loss, metrics: { heat_loss: heat, reach_loss: reach } };
  },
  exported: (_scope, outputs, { detection }) => detectPeaks(outputs, detection),
  stage: ({ heat, reach }) => ({ heat, reach }),
};

/** A cell is a place whose heat is the largest of its 3x3 surroundings. */
function detectPeaks(
  { heat, reach, size }: Located,
  detection: LocatorFamilyConfig['detection'],
): FinalDetections {
  const [N, K, h, w] = heat.shape as [number, number, number, number];
  const rows = (x: Tensor) =>
    reshape(transpose(x, [0, 2, 3, 1]), [x.shape[0]!, h * w, x.shape[1]!]);
  const isPeak = greaterOrEqual(heat, maxPool(heat, 3, { stride: 1, padding: 1 }));
  const kinds = sigmoid(heat);
  const scores = rows(mul(kinds, cast(isPeak, 'float32')));
  const best = bestPairs(scores, { groups: [h * w], most: detection.candidates });
  const P = best.row.shape[1]!;
  const [x, y] = placesOf(w, h).map((centres) => gather(centres, best.row)) as [Tensor, Tensor];
  const distances = mul(exp(gatherRows(rows(reach), best.row)), reachUnit); // [N, P, 4]
  const centres = concat(
    [x, y].map((centre) => reshape(centre, [N, P, 1])),
    2,
  );
  const part = (from: 0 | 2) => sliceAxis(distances, 2, from, from + 2);
  const boxes = concat([sub(centres, part(0)), add(centres, part(2))], 2);
  return finalDetections(
    {
      boxes: clipBoxes(boxes, size),
      scores: best.scores,
      classIndex: K === 1 ? mul(best.row, 0) : best.classIndex,
      probabilities: probabilitiesOf(best, rows(kinds)),
    },
    detection,
  );
}

/** Middles of the places of a grid, row by row, in pixels of the input. */
function placesOf(w: number, h: number): Tensor[] {
  const places = (of: (i: number) => number) =>
    constant({
      dtype: 'float32',
      shape: [w * h],
      data: Float32Array.from({ length: w * h }, (_, i) => (of(i) + 0.5) * locatorStride),
    });
  return [places((i) => i % w), places((i) => Math.floor(i / w))];
}
