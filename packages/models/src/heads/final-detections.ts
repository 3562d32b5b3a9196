/**
 * @file The end of every detector: from scored boxes to the outputs that `boxes` and `instances` promise.
 *
 * N images, A boxes (anchors, points or regions), K classes, P candidates, D rows of the result.
 * A candidate is a box seen as one class: the same box may be a candidate of several classes. Scores at or
 * below the threshold are dropped, candidates of one class suppress one another (or of all classes), the D
 * best stay. Numbers as torchvision's `postprocess_detections`; rows that do not exist are 0.
 */
import { float32, int64, LeukoscopeError } from '@leukoscope/core';
import {
  add,
  cast,
  concat,
  constant,
  div,
  gather,
  gatherRows,
  less,
  max,
  maximum,
  mod,
  mul,
  nonMaxSuppression,
  reshape,
  sliceAxis,
  stopGradient,
  sum,
  type Tensor,
  topK,
  transpose,
  where,
} from '@leukoscope/nn';
import { z } from 'zod';

/** How detections are chosen, as configurations of detectors hold it. */
export const detectionSchema = z.strictObject({
  /** Scores must lie above. */
  scoreThreshold: z.number().min(0).max(1),
  /** Of two boxes that overlap more, the better one stays. */
  iouThreshold: z.number().min(0).max(1),
  /** Whether boxes of other classes are suppressed too: a cell has one type. */
  suppression: z.enum(['per-class', 'across-classes']),
  /** Most candidates before suppression: of each level, or of each class in heads that take them so. */
  candidates: z.int().positive(),
  /** D: rows of the result. */
  detections: z.int().positive(),
});

/** How detections are chosen. */
export type DetectionConfig = z.infer<typeof detectionSchema>;

/** Boxes seen as one class each, before suppression. */
export interface Candidates {
  /** float32 [N, P, 4]: xyxy in pixels of the input. */
  readonly boxes: Tensor;
  /** float32 [N, P]. */
  readonly scores: Tensor;
  /** int64 [N, P]. */
  readonly classIndex: Tensor;
  /** float32 [N, P, K] of at least 0, scaled here so that Σ = 1. */
  readonly probabilities: Tensor;
}

/** What an exported detector gives, by the names of `exported-outputs.ts`. */
export interface FinalDetections {
  readonly [name: string]: Tensor;
  /** float32 [N, D, 4]. */
  readonly boxes: Tensor;
  /** float32 [N, D], best first. */
  readonly scores: Tensor;
  /** int64 [N, D]. */
  readonly class_index: Tensor;
  /** float32 [N, D, K], Σ = 1 in rows that exist. */
  readonly probabilities: Tensor;
}

/** Suppress candidates and keep the best. */
export function finalDetections(
  candidates: Candidates,
  options: Pick<DetectionConfig, 'scoreThreshold' | 'iouThreshold' | 'suppression' | 'detections'>,
): FinalDetections {
  const { boxes, scores, classIndex, probabilities } = candidates;
  const { scoreThreshold, iouThreshold, suppression, detections: D } = options;
  const [N, P] = scores.shape as [number, number];
  const K = probabilities.shape[2]!;
  checkShapes(candidates, N, P);
  const total = maximum(sum(probabilities, [2], true), 1e-12);
  const shares = div(probabilities, total);
  const apart = suppression === 'per-class' ? moveClassesApart(boxes, classIndex) : boxes;
  const images = Array.from({ length: N }, (_, n) => {
    const of = (x: Tensor) => reshape(sliceAxis(x, 0, n, n + 1), x.shape.slice(1));
    const kept = nonMaxSuppression(of(apart), of(scores), D, iouThreshold, { scoreThreshold });
    // Where fewer than D are left, `kept` points at a row of zeros behind the last candidate.
    const take = (x: Tensor) => {
      const rows = gather(withEmptyRow(of(x)), kept);
      return reshape(rows, [1, ...rows.shape]);
    };
    return [take(boxes), take(scores), take(classIndex), take(shares)] as const;
  });
  const join = (part: 0 | 1 | 2 | 3) =>
    concat(
      images.map((image) => image[part]),
      0,
    );
  return {
    boxes: reshape(join(0), [N, D, 4]),
    scores: reshape(join(1), [N, D]),
    class_index: reshape(join(2), [N, D]),
    probabilities: reshape(join(3), [N, D, K]),
  };
}

/** Which boxes and classes are candidates. */
export interface BestPairs {
  /** Row of the box, int64 [N, P]. */
  readonly row: Tensor;
  /** int64 [N, P]. */
  readonly classIndex: Tensor;
  /** row · K + class: the row where every class has boxes of its own, int64 [N, P]. */
  readonly pair: Tensor;
  /** float32 [N, P]. */
  readonly scores: Tensor;
}

/** Choose pairs of box and class by scores [N, A, K]: the best `most` of each group of boxes. */
export function bestPairs(
  scores: Tensor,
  options: {
    /** Boxes of each group (level), in their order. */
    readonly groups: readonly number[];
    readonly most: number;
  },
): BestPairs {
  const { groups, most } = options;
  const [N, A, K] = scores.shape as [number, number, number];
  checkGroups(groups, A);
  const flat = reshape(stopGradient(scores), [N, A * K]);
  const values: Tensor[] = [];
  const indices: Tensor[] = [];
  let start = 0;
  for (const boxes of groups) {
    const pairs = boxes * K;
    const [value, index] = topK(sliceAxis(flat, 1, start, start + pairs), Math.min(pairs, most), 1);
    values.push(value);
    indices.push(start === 0 ? index : add(index, start));
    start += pairs;
  }
  const pair = concat(indices, 1);
  return {
    pair,
    row: K === 1 ? pair : div(pair, K),
    classIndex: K === 1 ? mul(pair, 0) : mod(pair, K),
    scores: concat(values, 1),
  };
}

/** Choose the best `most` boxes of every class by scores [N, A, K], as SSD does. */
export function bestOfEachClass(scores: Tensor, most: number): BestPairs {
  const [N, A, K] = scores.shape as [number, number, number];
  const count = Math.min(A, most);
  const [values, index] = topK(transpose(stopGradient(scores), [0, 2, 1]), count, 2);
  const classes = Array.from({ length: N * K * count }, (_, i) => Math.floor(i / count) % K);
  const classIndex = constant(int64(classes, [N, K * count]));
  const row = reshape(index, [N, K * count]);
  return {
    row,
    classIndex,
    pair: add(mul(row, K), classIndex),
    scores: reshape(values, [N, K * count]),
  };
}

/** Probabilities of the chosen boxes: rows of [N, A, K]. */
export function probabilitiesOf({ row }: BestPairs, probabilities: Tensor): Tensor {
  return gatherRows(stopGradient(probabilities), row);
}

/** Give every class a place of its own, so that one suppression treats them apart. */
function moveClassesApart(boxes: Tensor, classIndex: Tensor): Tensor {
  const [N, P] = classIndex.shape as [number, number];
  // Boxes of one image span less than this; boxes that leave the input to the left count too.
  const low = max(where(less(boxes, 0), mul(boxes, -1), 0));
  const extent = add(add(max(boxes), low), 1);
  const offset = mul(cast(classIndex, 'float32'), extent);
  return add(boxes, reshape(offset, [N, P, 1]));
}

function withEmptyRow(x: Tensor): Tensor {
  const rest = x.shape.slice(1);
  const zeros = new Array<number>(rest.reduce((a, b) => a * b, 1)).fill(0);
  const shape = [1, ...rest];
  return concat(
    [x, constant(x.dtype === 'int64' ? int64(zeros, shape) : float32(zeros, shape))],
    0,
  );
}

function checkShapes(candidates: Candidates, N: number, P: number): void {
  const wrong = Object.entries(candidates).find(
    ([, x]: [string, Tensor]) => x.shape[0] !== N || x.shape[1] !== P,
  );
  if (wrong === undefined) return;
  throw new LeukoscopeError(
    'MODEL_CANDIDATES',
    `${wrong[0]} of candidates must be [${N}, ${P}, ...] as the scores. Received [${wrong[1].shape.join(', ')}]. Take the rows that bestPairs names.`,
  );
}

function checkGroups(groups: readonly number[], boxes: number): void {
  const total = groups.reduce((a, b) => a + b, 0);
  if (total === boxes) return;
  throw new LeukoscopeError(
    'MODEL_CANDIDATES',
    `groups of candidates must add up to the ${boxes} boxes. Received ${groups.join(' + ') || 'none'}. Give the places of each level.`,
  );
}
