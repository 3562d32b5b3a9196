/**
 * @file Boxes as deltas from reference boxes (anchors, proposals) and back.
 *
 *   dx = (x - x_r) / w_r · W_x,  dw = ln(w / w_r) · W_w   (centres and sizes; the same for y and h)
 *
 * Girshick et al. 2014; numbers as torchvision's `BoxCoder`. Boxes are xyxy.
 */
import { float32, LeukoscopeError } from '@leukoscope/core';
import { constant, type Tensor } from '../graph/tensor.ts';
import { add, div, exp, log, maximum, minimum, mul, sub } from '../ops/elementwise.ts';
import { concat, reshape } from '../ops/shaping.ts';
import { boxSides, checkBoxes } from './pairwise-iou.ts';

/** Options of the coder. */
export interface BoxCoderOptions {
  /** What dx, dy, dw, dh are multiplied by (R-CNN heads take [10, 10, 5, 5]). @default [1, 1, 1, 1] */
  readonly weights?: readonly [number, number, number, number];
  /** Largest dw and dh when decoding, so that e^dw stays finite. @default ln(1000 / 16) */
  readonly largestLogSize?: number;
}

/** A smaller side is taken as this long (pixels): boxes of padding have none, and ln 0 is no target. */
const smallestSide = 1e-6;

/** Encode boxes [..., 4] as deltas from references [..., 4]. */
export function encodeBoxes(
  boxes: Tensor,
  references: Tensor,
  options: BoxCoderOptions = {},
): Tensor {
  const { weights } = resolve(options);
  const box = toCentre('encodeBoxes', boxes);
  const reference = toCentre('encodeBoxes', references);
  const width = maximum(reference.width, smallestSide);
  const height = maximum(reference.height, smallestSide);
  const deltas = stack([
    div(sub(box.x, reference.x), width),
    div(sub(box.y, reference.y), height),
    log(div(maximum(box.width, smallestSide), width)),
    log(div(maximum(box.height, smallestSide), height)),
  ]);
  return isPlain(weights) ? deltas : mul(deltas, constant(float32(weights)));
}

/** Decode deltas [..., 4] into boxes; the references [..., 4] may broadcast (anchors of all images). */
export function decodeBoxes(
  deltas: Tensor,
  references: Tensor,
  options: BoxCoderOptions = {},
): Tensor {
  const { weights, largestLogSize } = resolve(options);
  checkBoxes('decodeBoxes', deltas);
  const reference = toCentre('decodeBoxes', references);
  const scaled = isPlain(weights) ? deltas : div(deltas, constant(float32(weights)));
  const [dx, dy, dw, dh] = boxSides(scaled);
  const x = add(mul(dx, reference.width), reference.x);
  const y = add(mul(dy, reference.height), reference.y);
  const halfWidth = mul(mul(exp(minimum(dw, largestLogSize)), reference.width), 0.5);
  const halfHeight = mul(mul(exp(minimum(dh, largestLogSize)), reference.height), 0.5);
  return stack([sub(x, halfWidth), sub(y, halfHeight), add(x, halfWidth), add(y, halfHeight)]);
}

function resolve(options: BoxCoderOptions) {
  const { weights = [1, 1, 1, 1], largestLogSize = Math.log(1000 / 16) } = options;
  if (weights.some((weight) => !(weight > 0)) || !(largestLogSize > 0)) {
    throw new LeukoscopeError(
      'NN_OPTION',
      `box coder: weights and largestLogSize must be above 0. Received [${weights.join(', ')}] and ${largestLogSize}.`,
    );
  }
  return { weights, largestLogSize };
}

const isPlain = (weights: readonly number[]) => weights.every((weight) => weight === 1);

function toCentre(opName: string, boxes: Tensor) {
  checkBoxes(opName, boxes);
  const [x1, y1, x2, y2] = boxSides(boxes);
  const width = sub(x2, x1);
  const height = sub(y2, y1);
  return { x: add(x1, mul(width, 0.5)), y: add(y1, mul(height, 0.5)), width, height };
}

function stack(columns: readonly Tensor[]): Tensor {
  return concat(
    columns.map((column) => reshape(column, [...column.shape, 1])),
    -1,
  );
}
