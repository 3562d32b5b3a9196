/**
 * @file How the mask head is trained: the truth of a region is the share of each of its bins that the
 * cell's mask covers; the loss is the mean binary cross-entropy over regions with an outlined cell.
 *
 * Reference: torchvision's `maskrcnn_loss`. A cell of unknown kind trains the masks of all types alike.
 */

import { int64 } from '@leukoscope/core';
import {
  add,
  and,
  bceWithLogits,
  cast,
  constant,
  gatherRows,
  type RoiSample,
  reshape,
  roiAlign,
  sliceAxis,
  type Tensor,
} from '@leukoscope/nn';
import type { InstanceTruth } from '../truth/instance-truth.ts';
import { flattenSample, shareOfTypes } from './box-loss.ts';
import { maskOfTypes } from './mask-head.ts';

/** The regions that can hold a cell: the first rows of a sample, since cells are drawn first. */
export function cellRows(sample: RoiSample, rows: number): RoiSample {
  const first = (x: Tensor) => sliceAxis(x, 1, 0, rows);
  return {
    boxes: first(sample.boxes),
    exists: first(sample.exists),
    positive: first(sample.positive),
    classIndex: first(sample.classIndex),
    gtIndex: first(sample.gtIndex),
    gtBoxes: first(sample.gtBoxes),
  };
}

/** Train mask logits [N R, K, S, S] of the regions [N, R] of `sample`. */
export function maskLoss(
  logits: Tensor,
  sample: RoiSample,
  truth: InstanceTruth,
  options: { readonly aligned: boolean },
): Tensor {
  const [classes, size] = [logits.shape[1]!, logits.shape[2]!];
  const flat = flattenSample(sample, truth);
  const outlined = cast(gatherRows(truth.outlined, sample.gtIndex), 'bool');
  return bceWithLogits(
    maskOfTypes(logits, shareOfTypes(flat, classes)),
    maskTargets(sample, truth, size, options.aligned),
    { mask: and(flat.positive, reshape(outlined, flat.positive.shape)) },
  );
}

/** How much of each bin of each region its cell's mask covers: [N R, S, S] of 0..1. */
function maskTargets(
  { boxes, gtIndex }: RoiSample,
  { masks }: InstanceTruth,
  size: number,
  aligned: boolean,
): Tensor {
  const [n, cells, height, width] = masks.shape as [number, number, number, number];
  const first = constant(
    int64(
      Array.from({ length: n }, (_, image) => image * cells),
      [n, 1],
    ),
  );
  const pooled = roiAlign(reshape(masks, [n * cells, 1, height, width]), boxes, {
    size,
    aligned,
    samples: 'adaptive',
    images: add(gtIndex, first),
  });
  return reshape(pooled, [pooled.shape[0]!, size, size]);
}
