/**
 * @file YOLOv2 (Redmon & Farhadi 2017): Darknet-19, one level of stride 32 that also sees the finer map
 * through the passthrough, five anchors by k-means, softmax types, objectness that learns the IoU.
 *
 * Layers and numbers as Darknet's yolov2-voc.cfg.
 */
import { taxonomies } from '@leukoscope/core';
import { concat, reshape, type Scope, type Tensor, transpose } from '@leukoscope/nn';
import { z } from 'zod';
import { backbonePresets, buildBackbone } from '../backbones/backbone.ts';
import { levelsOfStrides } from '../backbones/feature-levels.ts';
import type { ModelFamily } from '../family/model-family.ts';
import { joinLevels } from '../heads/dense-head.ts';
import { detectByYolo, type YoloOutputs, yoloLoss } from '../heads/yolo-head.ts';
import { yoloPlaces } from '../heads/yolo-places.ts';
import { type BoxTruth, boxTruth } from '../truth/box-truth.ts';
import { darknetLayer, darknetPredictor } from './darknet-file.ts';
import { squares, yoloFields, yoloFrozen, yoloInput, yoloRecipe } from './yolo-fields.ts';

const schema = z.strictObject({
  ...yoloFields,
  /** Channels of the head's 3x3 convolutions. */
  channels: z.int().positive(),
  /** Channels of the finer map before it is folded. */
  passthrough: z.int().positive(),
  /** Weight of the objectness of places that hold a cell. */
  objectWeight: z.number().positive(),
});

/** The configuration. */
export type Yolov2Config = z.infer<typeof schema>;

const paper: Yolov2Config = {
  classes: taxonomies.five.classes,
  size: { width: 416, height: 416 },
  trainingSizes: [320, 352, 384, 416, 448, 480, 512, 544, 576, 608],
  backbone: backbonePresets['darknet-19'],
  norm: 'batch',
  normGroups: 32,
  channels: 1024,
  passthrough: 64,
  // VOC's, which the .cfg file has in cells of 32 pixels.
  anchors: [
    [1.3221 * 32, 1.73145 * 32],
    [3.19275 * 32, 4.00944 * 32],
    [5.05587 * 32, 8.09892 * 32],
    [9.47112 * 32, 4.84053 * 32],
    [11.2364 * 32, 10.0071 * 32],
  ],
  ignoreIou: 0.6,
  objectWeight: 5,
  detection: {
    scoreThreshold: 0.05,
    iouThreshold: 0.45,
    suppression: 'per-class',
    candidates: 1000,
    detections: 200,
  },
};

const rulesOf = ({ ignoreIou, objectWeight }: Yolov2Config) =>
  ({ types: 'softmax', ignoreIou, objectWeight, objectness: 'iou' }) as const;

/** The family. */
export const yolov2: ModelFamily<Yolov2Config, YoloOutputs, BoxTruth> = {
  name: 'yolov2',
  title: 'YOLOv2',
  summary: 'One-stage detector on Darknet-19 with a passthrough (Redmon & Farhadi 2017).',
  task: 'boxes',
  schema,
  presets: {
    tiny: {
      ...paper,
      size: { width: 64, height: 64 },
      trainingSizes: [64],
      backbone: backbonePresets['darknet-19-tiny'],
      channels: 32,
      passthrough: 8,
      anchors: [16, 28, 40, 56].map((side) => [side, side] as const),
      detection: { ...paper.detection, candidates: 50, detections: 10 },
    },
    slim: {
      ...paper,
      size: { width: 384, height: 384 },
      trainingSizes: [320, 384, 448],
      backbone: { ...backbonePresets['darknet-19'], width: 0.5 },
      channels: 384,
      passthrough: 32,
      detection: { ...paper.detection, suppression: 'across-classes', candidates: 300 },
    },
    paper,
  },
  recipe: { ...yoloRecipe, learningRate: 1e-3 },
  input: yoloInput,
  trainingSizes: ({ trainingSizes }) => squares(trainingSizes),
  truth: ({ classes }) => boxTruth(classes),
  frozen: yoloFrozen,
  build: buildYolov2,
  loss: (_scope, outputs, truth, config) => yoloLoss(outputs, truth, rulesOf(config)),
  exported: (_scope, outputs, { detection }) => detectByYolo(outputs, detection, 'softmax'),
};

function buildYolov2(scope: Scope, image: Tensor, config: Yolov2Config): YoloOutputs {
  const { anchors, channels, classes, norm, normGroups, passthrough } = config;
  const backbone = buildBackbone(scope.at('backbone'), image, config.backbone);
  const [fine, coarse] = levelsOfStrides(backbone, [16, 32]);
  const head = scope.at('head');
  const layer = (name: string, x: Tensor) =>
    darknetLayer(head, name, x, { channels, kernel: 3, norm, normGroups });
  const deep = layer('1', layer('0', coarse!.map));
  const narrow = darknetLayer(head, 'passthrough', fine!.map, {
    channels: passthrough,
    kernel: 1,
    norm,
    normGroups,
  });
  const joined = layer('2', concat([foldQuarters(narrow), deep], 1));
  const each = anchors.length * (5 + classes.length);
  const map = darknetPredictor(head.at('predictor'), joined, each);
  return {
    rows: joinLevels([map], 5 + classes.length),
    places: yoloPlaces([{ map, stride: 32 }], [anchors]),
    size: { width: image.shape[3]!, height: image.shape[2]! },
  };
}

/**
 * Fold a map [N, C, H, W] to [N, 4 C, H / 2, W / 2] as Darknet's `reorg_cpu`, which takes the map for one of
 * [C / 4, 2 H, 2 W] and gives it back as [4 C, H / 2, W / 2]: not what the paper says, but what its weights
 * were trained with.
 */
export function foldQuarters(x: Tensor): Tensor {
  const [N, C, H, W] = x.shape as [number, number, number, number];
  const apart = transpose(reshape(x, [N, C / 4, H, 2, W, 2]), [0, 3, 5, 1, 2, 4]);
  return reshape(apart, [N, 4 * C, H / 2, W / 2]);
}
