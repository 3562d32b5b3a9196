/**
 * @file From the second stage's answers to a fixed number of detections of each image: every type's box
 * is a candidate, suppressed among those of its type, the best of all are kept.
 *
 * Semantics of torchvision's `postprocess_detections`, but always D rows: empty ones have score 0.
 */
import type { Size } from '@leukoscope/core';
import { float32, int64 } from '@leukoscope/core';
import {
  add,
  and,
  boxSides,
  broadcastTo,
  cast,
  clipBoxes,
  concat,
  constant,
  div,
  gather,
  greater,
  greaterOrEqual,
  maximum,
  nonMaxSuppression,
  reshape,
  sliceAxis,
  sub,
  sum,
  type Tensor,
  where,
} from '@leukoscope/nn';

/** What is known of every region. */
export interface Candidates {
  /** float32 [N, R, K, 4], or [N, R, 1, 4] where all types share a box. */
  readonly boxes: Tensor;
  /** float32 [N, R, K + 1], background last, Σ = 1. */
  readonly probabilities: Tensor;
  /** bool [N, R]. */
  readonly exists: Tensor;
}

/** Options of `selectDetections`. */
export interface DetectionOptions {
  readonly size: Size;
  readonly scoreThreshold: number;
  readonly iouThreshold: number;
  /** D. */
  readonly detections: number;
}

/** Boxes with a shorter side are dropped (pixels). */
const smallestSide = 0.01;

/** D rows of each image, best first. */
export interface Detections {
  /** float32 [N, D, 4]. */
  readonly boxes: Tensor;
  /** float32 [N, D]. */
  readonly scores: Tensor;
  /** int64 [N, D]. */
  readonly classIndex: Tensor;
  /** float32 [N, D, K], Σ = 1 over types in rows that exist. */
  readonly probabilities: Tensor;
}

/** Choose the detections of each image. */
export function selectDetections(
  { boxes, probabilities, exists }: Candidates,
  { size, scoreThreshold, iouThreshold, detections }: DetectionOptions,
): Detections {
  const [n, rois, columns] = probabilities.shape as [number, number, number];
  const classes = columns - 1;
  const total = rois * classes;
  const ofTypes = sliceAxis(probabilities, 2, 0, classes);
  const scores = reshape(ofTypes, [n, total]);
  const wide = boxes.shape[2] === classes ? boxes : broadcastTo(boxes, [n, rois, classes, 4]);
  const clipped = clipBoxes(reshape(wide, [n, total, 4]), size);
  const [x1, y1, x2, y2] = boxSides(clipped);
  const isLarge = and(
    greaterOrEqual(sub(x2, x1), smallestSide),
    greaterOrEqual(sub(y2, y1), smallestSide),
  );
  const isReal = broadcastTo(reshape(cast(exists, 'float32'), [n, rois, 1]), ofTypes.shape);
  const isGood = and(
    and(isLarge, greater(scores, scoreThreshold)),
    greater(reshape(isReal, [n, total]), 0),
  );
  const ranking = where(isGood, scores, -1);
  // Every type gets a place of its own, so that one suppression treats types apart.
  const typeOf = Array.from({ length: total }, (_, i) => i % classes);
  const extent = Math.max(size.width, size.height) + 1;
  const shift = constant(
    float32(
      typeOf.map((type) => type * extent),
      [1, total, 1],
    ),
  );
  const apart = add(clipped, shift);
  const shares = div(ofTypes, maximum(sum(ofTypes, [2], true), 1e-12));
  const types = constant(int64([...typeOf, 0], [total + 1]));
  const regions = constant(
    int64([...typeOf.map((_, i) => Math.floor(i / classes)), rois], [total + 1]),
  );

  const images = Array.from({ length: n }, (_, image) => {
    const of = (x: Tensor) => reshape(sliceAxis(x, 0, image, image + 1), x.shape.slice(1));
    const rank = of(ranking);
    const picked = nonMaxSuppression(of(apart), rank, detections, iouThreshold);
    // Dropped candidates come last; they and the fillers point at a row of zeros.
    const isKept = greater(gather(concat([rank, constant(float32([-1], [1]))], 0), picked), 0);
    const kept = where(isKept, picked, total);
    const take = (x: Tensor, rows: Tensor) => gather(withZeroRow(x), rows);
    const row = {
      boxes: take(of(clipped), kept),
      scores: take(of(scores), kept),
      classIndex: gather(types, kept),
      probabilities: take(of(shares), gather(regions, kept)),
    };
    return row;
  });
  const join = (part: keyof Detections) =>
    concat(
      images.map((image) => reshape(image[part], [1, ...image[part].shape])),
      0,
    );
  return {
    boxes: join('boxes'),
    scores: join('scores'),
    classIndex: join('classIndex'),
    probabilities: join('probabilities'),
  };
}

function withZeroRow(x: Tensor): Tensor {
  const rest = x.shape.slice(1);
  const width = rest.reduce((a, b) => a * b, 1);
  return concat([x, constant(float32(new Float32Array(width), [1, ...rest]))], 0);
}
