/**
 * @file Losses of boxes by their overlap. Boxes are xyxy on the last axis.
 *
 *   IoU = |A ∩ B| / |A ∪ B|;   GIoU = IoU - (|C| - |A ∪ B|) / |C|,  C the smallest box around both
 *
 * Rezatofighi et al. 2019; numbers as torchvision's `generalized_box_iou_loss` (ε = 1e-7, so boxes
 * without area give a finite value). Unlike IoU, GIoU has a gradient for boxes that do not touch.
 */
import { shapeError, type Tensor } from '../graph/tensor.ts';
import { relu } from '../ops/activation.ts';
import {
  add,
  div,
  log,
  maximum,
  minimum,
  mul,
  neg,
  type Operand,
  sub,
} from '../ops/elementwise.ts';
import { reshape, split } from '../ops/shaping.ts';
import { checkPair, fullWeight, type LossOptions, maskOut, reduceLoss } from './reduce-loss.ts';

/** Options of a box loss; its elements are one per box. */
export interface BoxLossOptions extends LossOptions {
  /** Scales boxes, shaped as the loss. @default 1 */
  readonly weight?: Operand;
}

const epsilon = 1e-7;

/** Options of `iouLoss`. */
export interface IouLossOptions extends BoxLossOptions {
  /** 1 - IoU, or -ln IoU (UnitBox, FCOS). @default 'linear' */
  readonly kind?: 'linear' | 'log';
}

/** IoU loss of boxes [..., 4]. */
export function iouLoss(boxes: Tensor, targets: Tensor, options: IouLossOptions = {}): Tensor {
  const { kind = 'linear', weight = 1 } = options;
  const { iou } = overlapOf('iouLoss', boxes, targets, options.mask);
  const elements = kind === 'linear' ? sub(1, iou) : neg(log(maximum(iou, epsilon)));
  return reduceLoss(mul(elements, fullWeight(weight, elements, 'iouLoss')), options);
}

/** GIoU loss of boxes [..., 4]: 1 - GIoU, from 0 to 2. */
export function giouLoss(boxes: Tensor, targets: Tensor, options: BoxLossOptions = {}): Tensor {
  const { weight = 1 } = options;
  const { iou, union, hull } = overlapOf('giouLoss', boxes, targets, options.mask);
  const elements = add(sub(1, iou), div(sub(hull, union), add(hull, epsilon)));
  return reduceLoss(mul(elements, fullWeight(weight, elements, 'giouLoss')), options);
}

function overlapOf(opName: string, a: Tensor, b: Tensor, mask: Tensor | undefined) {
  checkPair(opName, a, b);
  if (a.shape[a.shape.length - 1] !== 4) {
    throw shapeError(opName, 'boxes must be [..., 4]', [a, b], 'Use reshape().');
  }
  const [ax1, ay1, ax2, ay2] = sides(maskOut(a, mask));
  const [bx1, by1, bx2, by2] = sides(maskOut(b, mask));
  const area = (x1: Tensor, y1: Tensor, x2: Tensor, y2: Tensor) => mul(sub(x2, x1), sub(y2, y1));
  const width = relu(sub(minimum(ax2, bx2), maximum(ax1, bx1)));
  const height = relu(sub(minimum(ay2, by2), maximum(ay1, by1)));
  const overlap = mul(width, height);
  const union = sub(add(area(ax1, ay1, ax2, ay2), area(bx1, by1, bx2, by2)), overlap);
  const hull = area(minimum(ax1, bx1), minimum(ay1, by1), maximum(ax2, bx2), maximum(ay2, by2));
  return { iou: div(overlap, add(union, epsilon)), union, hull };
}

/** x1, y1, x2, y2 of [..., 4], each [...]. */
function sides(boxes: Tensor): [Tensor, Tensor, Tensor, Tensor] {
  const outer = boxes.shape.slice(0, -1);
  const parts = split(boxes, [1, 1, 1, 1], -1).map((part) => reshape(part, outer));
  return parts as [Tensor, Tensor, Tensor, Tensor];
}
