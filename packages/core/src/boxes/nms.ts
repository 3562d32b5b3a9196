/**
 * @file Greedy non-maximum suppression on flat boxes.
 *
 * Highest score first; a box is kept unless its IoU with a kept box exceeds the threshold
 * (strictly, as torchvision.ops.nms). Equal scores keep their input order.
 */
import { type Boxes, boxAt, boxIou, checkFlat } from './boxes.ts';

/** Return the indices of the kept boxes, highest score first. With `groups`, only equals compete. */
export function nms(
  boxes: Boxes,
  scores: ArrayLike<number>,
  iouThreshold: number,
  groups?: ArrayLike<number>,
): number[] {
  checkFlat(boxes);
  const order = Array.from({ length: scores.length }, (_, i) => i);
  order.sort((i, j) => scores[j]! - scores[i]! || i - j);
  const kept: number[] = [];
  for (const i of order) {
    const box = boxAt(boxes, i);
    const isSuppressed = kept.some(
      (k) =>
        (groups === undefined || groups[k] === groups[i]) &&
        boxIou(box, boxAt(boxes, k)) > iouThreshold,
    );
    if (!isSuppressed) kept.push(i);
  }
  return kept;
}
