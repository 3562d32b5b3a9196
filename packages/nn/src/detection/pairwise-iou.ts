/**
 * @file Intersection over union between two lists of boxes, inside the graph.
 *
 * Boxes are xyxy on the last axis. Put the longer list second: the last axis of the result is what
 * ONNX Runtime runs along fast. Numbers: torchvision.ops.box_iou, but boxes without area give 0.
 */
import { broadcastShapes } from '../graph/shape.ts';
import { shapeError, type Tensor } from '../graph/tensor.ts';
import { relu } from '../ops/activation.ts';
import { add, div, maximum, minimum, mul, sub } from '../ops/elementwise.ts';
import { reshape, split } from '../ops/shaping.ts';

/** x1, y1, x2, y2 of boxes [..., 4], each [...]. */
export function boxSides(boxes: Tensor): [x1: Tensor, y1: Tensor, x2: Tensor, y2: Tensor] {
  const outer = boxes.shape.slice(0, -1);
  const parts = split(boxes, [1, 1, 1, 1], -1).map((part) => reshape(part, outer));
  return parts as [Tensor, Tensor, Tensor, Tensor];
}

/** IoU of every pair of boxes [..., A, 4] and [..., B, 4]: [..., A, B]. */
export function pairwiseIou(a: Tensor, b: Tensor): Tensor {
  checkBoxes('pairwiseIou', a);
  checkBoxes('pairwiseIou', b);
  if (broadcastShapes(a.shape.slice(0, -2), b.shape.slice(0, -2)) === undefined) {
    throw shapeError('pairwiseIou', 'axes before the boxes must broadcast', [a, b], 'Reshape one.');
  }
  const [ax1, ay1, ax2, ay2] = boxSides(a).map(asColumn) as ReturnType<typeof boxSides>; // [..., A, 1]
  const [bx1, by1, bx2, by2] = boxSides(b).map(asRow) as ReturnType<typeof boxSides>; // [..., 1, B]
  const areaA = mul(sub(ax2, ax1), sub(ay2, ay1));
  const areaB = mul(sub(bx2, bx1), sub(by2, by1));
  // Two negative sides would multiply to a positive area for boxes that do not touch.
  const width = relu(sub(minimum(ax2, bx2), maximum(ax1, bx1)));
  const height = relu(sub(minimum(ay2, by2), maximum(ay1, by1)));
  const overlap = mul(width, height);
  const union = sub(add(areaA, areaB), overlap);
  return div(overlap, maximum(union, 1e-12)); // |A ∩ B| / |A ∪ B|
}

/** Check that a tensor holds boxes: [..., count, 4]. */
export function checkBoxes(opName: string, boxes: Tensor): void {
  const { shape, dtype } = boxes;
  if (shape.length >= 2 && shape[shape.length - 1] === 4 && dtype === 'float32') return;
  throw shapeError(opName, 'boxes must be float32 [..., count, 4]', [boxes], 'Use reshape().');
}

function asColumn(x: Tensor): Tensor {
  return reshape(x, [...x.shape, 1]);
}

function asRow(x: Tensor): Tensor {
  return reshape(x, [...x.shape.slice(0, -1), 1, x.shape[x.shape.length - 1]!]);
}
