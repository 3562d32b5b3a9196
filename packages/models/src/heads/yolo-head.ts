/**
 * @file What YOLO's rows mean, and its loss (Redmon & Farhadi 2017, 2018).
 *
 * A row holds x, y, w, h, an objectness logit and K logits of types. The box has its middle at
 * (σ(x) + column) · stride and the width anchor · e^w. Gradients are those of Darknet's `yolo_layer.c` and
 * `region_layer.c`: errors of position count 2 - w h (shares of the picture), so that small cells are not
 * drowned; a place that is not responsible learns "nothing" unless its box overlaps a cell well enough.
 * The loss is the sum over all rows, per image.
 */
import type { Size } from '@leukoscope/core';
import {
  add,
  asBool,
  bceWithLogits,
  boxSides,
  cast,
  clipBoxes,
  concat,
  constant,
  div,
  exp,
  gather,
  gatherRows,
  greater,
  lessOrEqual,
  and,
  log,
  logSoftmax,
  type LossAndMetrics,
  max,
  minimum,
  mseLoss,
  mul,
  neg,
  not,
  oneHot,
  pairwiseIou,
  reshape,
  scatterElements,
  sigmoid,
  sliceAxis,
  softmax,
  stopGradient,
  sub,
  sum,
  type Tensor,
  where,
} from '@leukoscope/nn';
import type { BoxTruth } from '../truth/box-truth.ts';
import {
  bestPairs,
  type DetectionConfig,
  type FinalDetections,
  finalDetections,
  probabilitiesOf,
} from './final-detections.ts';
import { type Responsible, responsibleRows, type YoloPlaces } from './yolo-places.ts';

/** What the head predicts. */
export interface YoloOutputs {
  /** [N, A, 5 + K]. */
  readonly rows: Tensor;
  readonly places: YoloPlaces;
  readonly size: Size;
}

/** What tells the versions apart. */
export interface YoloRules {
  /** Independent types (v3), or one of all (v2). */
  readonly types: 'logistic' | 'softmax';
  /** A place with more IoU than this does not learn "nothing". */
  readonly ignoreIou: number;
  /** Weight of the objectness of responsible places. */
  readonly objectWeight: number;
  /** Whether objectness learns the box's IoU (v2) instead of 1. */
  readonly objectness: 'one' | 'iou';
}

// e^w beyond this would be a box larger than any picture.
const largestLogSize = 8;

/** Places of chosen rows, or of all. */
type Places = Pick<YoloPlaces, 'x' | 'y' | 'stride' | 'anchorWidth' | 'anchorHeight'>;

/** Boxes [N, R, 4] of rows [N, R, 5 + K]. */
function boxesOfRows(rows: Tensor, places: Places): Tensor {
  const [x, y, w, h] = boxSides(sliceAxis(rows, 2, 0, 4));
  const middleX = add(mul(sigmoid(x), places.stride), places.x);
  const middleY = add(mul(sigmoid(y), places.stride), places.y);
  const side = (logSize: Tensor, anchor: Tensor) =>
    mul(mul(exp(minimum(logSize, largestLogSize)), anchor), 0.5);
  const halfWidth = side(w, places.anchorWidth);
  const halfHeight = side(h, places.anchorHeight);
  const sides = [
    sub(middleX, halfWidth),
    sub(middleY, halfHeight),
    add(middleX, halfWidth),
    add(middleY, halfHeight),
  ];
  return concat(
    sides.map((column) => reshape(column, [...column.shape, 1])),
    2,
  );
}

const placesAt = (places: YoloPlaces, row: Tensor): Places => ({
  x: gather(places.x, row),
  y: gather(places.y, row),
  stride: gather(places.stride, row),
  anchorWidth: gather(places.anchorWidth, row),
  anchorHeight: gather(places.anchorHeight, row),
});

/** One column of rows [N, R, C]: [N, R]. */
const columnOf = (rows: Tensor, c: number) =>
  reshape(sliceAxis(rows, 2, c, c + 1), rows.shape.slice(0, 2));

/** The loss of a batch. */
export function yoloLoss(outputs: YoloOutputs, truth: BoxTruth, rules: YoloRules): LossAndMetrics {
  const { rows, places } = outputs;
  const N = rows.shape[0]!;
  const target = responsibleRows(places, truth.boxes);
  const own = gatherRows(rows, target.row); // [N, M, 5 + K]
  const ownBoxes = boxesOfRows(own, placesAt(places, target.row));
  const boxes = boxLoss(own, target, truth, outputs.size);
  const { cells, nothing } = objectLoss(outputs, target, own, ownBoxes, truth, rules);
  const types = typeLoss(own, truth, rules.types);
  const each = (loss: Tensor) => div(loss, N);
  const objectness = add(mul(cells, rules.objectWeight), nothing);
  return {
    loss: each(add(add(boxes, objectness), types)),
    metrics: { boxes: each(boxes), objectness: each(objectness), types: each(types) },
  };
}

function boxLoss(own: Tensor, target: Responsible, truth: BoxTruth, size: Size): Tensor {
  const { width, height, anchorWidth, anchorHeight } = target;
  const mask = truth.exists;
  const weight = sub(2, mul(mul(width, height), 1 / (size.width * size.height)));
  const options = { weight, mask, reduction: 'sum' } as const;
  const x = bceWithLogits(columnOf(own, 0), target.offsetX, options);
  const y = bceWithLogits(columnOf(own, 1), target.offsetY, options);
  const w = mseLoss(columnOf(own, 2), log(div(width, anchorWidth)), options);
  const h = mseLoss(columnOf(own, 3), log(div(height, anchorHeight)), options);
  return add(add(x, y), mul(add(w, h), 0.5)); // d ½ e² = e
}

function objectLoss(
  { rows, places }: YoloOutputs,
  target: Responsible,
  own: Tensor,
  ownBoxes: Tensor,
  truth: BoxTruth,
  { ignoreIou, objectness }: YoloRules,
): { cells: Tensor; nothing: Tensor } {
  const [N, A] = rows.shape as [number, number];
  const M = truth.exists.shape[1]!;
  const exists = asBool(truth.exists);
  const wanted = objectness === 'one' ? truth.exists : stopGradient(pairedIou(ownBoxes, truth));
  const cells = bceWithLogits(columnOf(own, 4), wanted, { mask: exists, reduction: 'sum' });
  // Rows of padding write behind the last place.
  const zeros = constant({
    dtype: 'float32',
    shape: [N, A + 1],
    data: new Float32Array(N * (A + 1)),
  });
  const ones = constant({ dtype: 'float32', shape: [N, M], data: new Float32Array(N * M).fill(1) });
  const marked = scatterElements(zeros, where(exists, target.row, A), ones, 1);
  const isResponsible = greater(sliceAxis(marked, 1, 0, A), 0);
  const iou = pairwiseIou(truth.boxes, stopGradient(boxesOfRows(rows, places))); // [N, M, A]
  const best = max(where(reshape(exists, [N, M, 1]), iou, 0), [1]);
  const counts = and(lessOrEqual(best, ignoreIou), not(isResponsible));
  const none = mul(cast(isResponsible, 'float32'), 0);
  const nothing = bceWithLogits(columnOf(rows, 4), none, { mask: counts, reduction: 'sum' });
  return { cells, nothing };
}

/** IoU of row m with cell m: [N, M]. */
function pairedIou(boxes: Tensor, truth: BoxTruth): Tensor {
  const [N, M] = truth.exists.shape as [number, number];
  const alone = (x: Tensor) => reshape(x, [N * M, 1, 4]);
  return reshape(pairwiseIou(alone(truth.boxes), alone(boxes)), [N, M]);
}

function typeLoss(own: Tensor, truth: BoxTruth, types: YoloRules['types']): Tensor {
  const width = own.shape[2]!;
  const logits = sliceAxis(own, 2, 5, width);
  const wanted = oneHot(truth.classIndex, width - 5);
  const mask = and(asBool(truth.exists), asBool(truth.typed));
  if (types === 'logistic') return bceWithLogits(logits, wanted, { mask, reduction: 'sum' });
  const each = neg(sum(mul(wanted, logSoftmax(logits)), [2]));
  return sum(where(mask, each, 0));
}

/** Decode the best rows of each level; the score is objectness · type. */
export function detectByYolo(
  { rows, places, size }: YoloOutputs,
  detection: DetectionConfig,
  types: YoloRules['types'],
): FinalDetections {
  const logits = sliceAxis(rows, 2, 5, rows.shape[2]!);
  const probabilities = types === 'logistic' ? sigmoid(logits) : softmax(logits);
  const scores = mul(sigmoid(sliceAxis(rows, 2, 4, 5)), probabilities);
  const best = bestPairs(scores, { groups: places.groups, most: detection.candidates });
  const found = finalDetections(
    {
      boxes: boxesOfRows(gatherRows(rows, best.row), placesAt(places, best.row)),
      scores: best.scores,
      classIndex: best.classIndex,
      probabilities: probabilitiesOf(best, probabilities),
    },
    detection,
  );
  // Darknet suppresses whole boxes and cuts them afterwards.
  return { ...found, boxes: clipBoxes(found.boxes, size) };
}
