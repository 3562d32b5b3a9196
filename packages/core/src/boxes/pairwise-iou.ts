/**
 * @file Intersection over union between two sets of flat boxes.
 *
 * N = boxes in `a`, M = boxes in `b`. Reference for the numbers: torchvision.ops.box_iou.
 */
import { type Boxes, boxAt, boxIou, checkFlat } from './boxes.ts';

/** Compute the IoU of every pair; row-major [N, M]. A box without area has IoU 0 with everything. */
export function pairwiseIou(a: Boxes, b: Boxes): Float32Array {
  checkFlat(a);
  checkFlat(b);
  const n = a.length / 4;
  const m = b.length / 4;
  const iou = new Float32Array(n * m);
  for (let i = 0; i < n; i++) {
    const boxA = boxAt(a, i);
    for (let j = 0; j < m; j++) iou[i * m + j] = boxIou(boxA, boxAt(b, j));
  }
  return iou;
}
