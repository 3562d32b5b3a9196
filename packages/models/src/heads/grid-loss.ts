/**
 * @file How the grid branch is trained: a point's heatmap is 1 at the pixel the point falls into and its
 * four neighbours, 0 elsewhere; mean binary cross-entropy over regions that hold a cell. A point outside
 * the heatmap leaves it all 0.
 */
import { float32 } from '@leukoscope/core';
import {
  abs,
  add,
  bceWithLogits,
  boxSides,
  cast,
  concat,
  constant,
  div,
  floor,
  lessOrEqual,
  maximum,
  mul,
  reshape,
  sub,
  type Tensor,
} from '@leukoscope/nn';
import type { FlatSample } from './box-loss.ts';
import { gridPoints } from './grid-head.ts';

/** Train heatmaps [R, 9, S, S] of drawn regions. */
export function gridLoss(logits: Tensor, { boxes, gtBoxes, positive }: FlatSample): Tensor {
  return bceWithLogits(logits, gridTargets(boxes, gtBoxes, logits.shape[2]!), { mask: positive });
}

function gridTargets(boxes: Tensor, cells: Tensor, side: number): Tensor {
  const rois = boxes.shape[0]!;
  const [x1, y1, x2, y2] = boxSides(boxes);
  const [cellX1, cellY1, cellX2, cellY2] = boxSides(cells);
  /** Distance in pixels of the heatmap of every pixel from each of an axis' three lines: [R, 3, S]. */
  const distances = (low: Tensor, high: Tensor, first: Tensor, last: Tensor) => {
    const middle = mul(add(first, last), 0.5);
    const lines = concat(
      [first, middle, last].map((line) => reshape(line, [rois, 1])),
      1,
    );
    const width = maximum(sub(high, low), 1e-6);
    // Region widths beyond the left side, plus 1/2, are half heatmap widths.
    const place = add(div(sub(lines, reshape(low, [rois, 1])), reshape(width, [rois, 1])), 0.5);
    const pixel = floor(mul(place, side / 2));
    const index = constant(
      float32(
        Array.from({ length: side }, (_, i) => i),
        [side],
      ),
    );
    return abs(sub(reshape(pixel, [rois, 3, 1]), index));
  };
  const dx = reshape(distances(x1, x2, cellX1, cellX2), [rois, 1, 3, 1, side]);
  const dy = reshape(distances(y1, y2, cellY1, cellY2), [rois, 3, 1, side, 1]);
  const cross = cast(lessOrEqual(add(dx, dy), 1), 'float32'); // [R, 3, 3, S, S]
  return reshape(cross, [rois, gridPoints, side, side]);
}
