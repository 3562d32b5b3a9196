/**
 * @file YOLOv3 and YOLOv3-tiny (Redmon & Farhadi 2018): three or two levels of a Darknet backbone, each with
 * three anchors; logistic types. Layers and numbers as Darknet's yolov3.cfg and yolov3-tiny.cfg.
 */
import { taxonomies } from '@leukoscope/core';
import { concat, resizeNearest, type Scope, type Tensor } from '@leukoscope/nn';
import { z } from 'zod';
import { backbonePresets, buildBackbone } from '../backbones/backbone.ts';
import { type FeatureLevel, levelsOfStrides } from '../backbones/feature-levels.ts';
import type { ModelFamily } from '../family/model-family.ts';
import { joinLevels } from '../heads/dense-head.ts';
import { detectByYolo, type YoloOutputs, yoloLoss } from '../heads/yolo-head.ts';
import { anchorsByLevel, yoloPlaces } from '../heads/yolo-places.ts';
import { type BoxTruth, boxTruth } from '../truth/box-truth.ts';
import { darknetLayer, darknetPredictor } from './darknet-file.ts';
import { squares, yoloFields, yoloFrozen, yoloInput, yoloRecipe } from './yolo-fields.ts';

const count = z.int().positive();

const schema = z.strictObject({
  ...yoloFields,
  /** The levels that predict, coarsest first. */
  levels: z
    .array(
      z.strictObject({
        stride: count,
        /** Convolutions, 1x1 and 3x3 in turn, between the joined map and the last 3x3. */
        convolutions: z.int().min(0),
        /** Channels of the 3x3 convolutions; the 1x1 have half. */
        channels: count,
      }),
    )
    .min(1)
    .readonly(),
});

/** The configuration. */
export type Yolov3Config = z.infer<typeof schema>;

const paper: Yolov3Config = {
  classes: taxonomies.eleven.classes,
  size: { width: 416, height: 416 },
  trainingSizes: [320, 352, 384, 416, 448, 480, 512, 544, 576, 608],
  backbone: backbonePresets['darknet-53'],
  norm: 'batch',
  normGroups: 32,
  levels: [
    { stride: 32, convolutions: 5, channels: 1024 },
    { stride: 16, convolutions: 5, channels: 512 },
    { stride: 8, convolutions: 5, channels: 256 },
  ],
  // COCO's; `kmeansAnchors` finds those of other data.
  anchors: [
    [10, 13],
    [16, 30],
    [33, 23],
    [30, 61],
    [62, 45],
    [59, 119],
    [116, 90],
    [156, 198],
    [373, 326],
  ],
  ignoreIou: 0.7,
  detection: {
    scoreThreshold: 0.05,
    iouThreshold: 0.45,
    suppression: 'per-class',
    candidates: 1000,
    detections: 200,
  },
};

const tinyPaper: Yolov3Config = {
  ...paper,
  backbone: backbonePresets['darknet-tiny'],
  levels: [
    { stride: 32, convolutions: 1, channels: 512 },
    { stride: 16, convolutions: 0, channels: 256 },
  ],
  anchors: [
    [10, 14],
    [23, 27],
    [37, 58],
    [81, 82],
    [135, 169],
    [344, 319],
  ],
};

const forTests = {
  classes: taxonomies.five.classes,
  size: { width: 64, height: 64 },
  trainingSizes: [64],
  detection: { ...paper.detection, candidates: 50, detections: 10 },
} as const;

const forTwoCores = {
  size: { width: 384, height: 384 },
  trainingSizes: [320, 384, 448],
  detection: { ...paper.detection, suppression: 'across-classes', candidates: 300 },
} as const;

const rulesOf = ({ ignoreIou }: Yolov3Config) =>
  ({ types: 'logistic', ignoreIou, objectWeight: 1, objectness: 'one' }) as const;

/** What both families share. */
const base = {
  task: 'boxes',
  schema,
  recipe: yoloRecipe,
  input: yoloInput,
  trainingSizes: ({ trainingSizes }: Yolov3Config) => squares(trainingSizes),
  truth: ({ classes }: Yolov3Config) => boxTruth(classes),
  frozen: yoloFrozen,
  build: buildYolov3,
  loss: (_scope: Scope, outputs: YoloOutputs, truth: BoxTruth, config: Yolov3Config) =>
    yoloLoss(outputs, truth, rulesOf(config)),
  exported: (_scope: Scope, outputs: YoloOutputs, { detection }: Yolov3Config) =>
    detectByYolo(outputs, detection, 'logistic'),
} as const;

/** The family with Darknet-53. */
export const yolov3: ModelFamily<Yolov3Config, YoloOutputs, BoxTruth> = {
  ...base,
  name: 'yolov3',
  title: 'YOLOv3',
  summary: 'One-stage detector on three levels of Darknet-53 (Redmon & Farhadi 2018).',
  presets: {
    tiny: {
      ...paper,
      ...forTests,
      // Three levels as Darknet-53 has, in a graph that is built in a second.
      backbone: backbonePresets['darknet-tiny-narrow'],
      levels: [
        { stride: 32, convolutions: 1, channels: 32 },
        { stride: 16, convolutions: 1, channels: 32 },
        { stride: 8, convolutions: 1, channels: 32 },
      ],
      anchors: [8, 12, 16, 20, 24, 28, 36, 44, 56].map((side) => [side, side] as const),
    },
    slim: {
      ...paper,
      ...forTwoCores,
      backbone: backbonePresets['mobilenet-v2'],
      levels: [
        { stride: 32, convolutions: 3, channels: 384 },
        { stride: 16, convolutions: 3, channels: 192 },
        { stride: 8, convolutions: 3, channels: 96 },
      ],
    },
    paper,
    'yolov3-320': { ...paper, size: { width: 320, height: 320 } },
    'yolov3-608': { ...paper, size: { width: 608, height: 608 } },
  },
};

/** The family with the small backbone. */
export const yolov3Tiny: ModelFamily<Yolov3Config, YoloOutputs, BoxTruth> = {
  ...base,
  name: 'yolov3-tiny',
  title: 'YOLOv3-tiny',
  summary: 'Small one-stage detector on two levels of seven convolutions (Redmon & Farhadi 2018).',
  presets: {
    tiny: {
      ...tinyPaper,
      ...forTests,
      backbone: backbonePresets['darknet-tiny-narrow'],
      levels: [
        { stride: 32, convolutions: 1, channels: 32 },
        { stride: 16, convolutions: 0, channels: 32 },
      ],
      anchors: [8, 16, 24, 32, 44, 56].map((side) => [side, side] as const),
    },
    slim: { ...tinyPaper, ...forTwoCores },
    paper: tinyPaper,
  },
};

function buildYolov3(scope: Scope, image: Tensor, config: Yolov3Config): YoloOutputs {
  const { anchors, classes, levels, norm, normGroups } = config;
  const backbone = buildBackbone(scope.at('backbone'), image, config.backbone);
  const body = levelsOfStrides(
    backbone,
    levels.map(({ stride }) => stride),
  );
  const ofLevels = anchorsByLevel(anchors, levels.length);
  const outputs: FeatureLevel[] = [];
  let carried: Tensor | undefined;
  levels.forEach(({ stride, convolutions, channels }, i) => {
    const at = scope.at('head').at(i);
    const layer = (name: string, x: Tensor, kernel: 1 | 3) =>
      darknetLayer(at, name, x, {
        channels: kernel === 1 ? channels / 2 : channels,
        kernel,
        norm,
        normGroups,
      });
    const own = body[i]!.map;
    let x = own;
    if (carried !== undefined) {
      const narrow = layer('route', carried, 1);
      x = concat([resizeNearest(narrow, own.shape.slice(2)), own], 1);
    }
    for (let k = 0; k < convolutions; k++) x = layer(`${k}`, x, k % 2 === 0 ? 1 : 3);
    carried = x;
    const last = layer('last', x, 3);
    const each = ofLevels[i]!.length * (5 + classes.length);
    outputs.push({ map: darknetPredictor(at.at('predictor'), last, each), stride });
  });
  return {
    rows: joinLevels(
      outputs.map(({ map }) => map),
      5 + classes.length,
    ),
    places: yoloPlaces(outputs, ofLevels),
    size: { width: image.shape[3]!, height: image.shape[2]! },
  };
}
