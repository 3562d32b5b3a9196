/**
 * @file Which detections of one image and class find which ground truth, as COCO decides it.
 *
 * Greedy: detections by falling score, each takes the free ground truth with the largest overlap that
 * reaches the threshold (the later one on a tie); crowd regions and cells outside the size range
 * ("ignored") are taken only when nothing else fits, and take their detection out of the count.
 * Reference: pycocotools `COCOeval.evaluateImg`.
 */

/** What became of a detection at one threshold. */
export const matchState = { spurious: 0, correct: 1, ignored: 2 } as const;

/** The ground truth of one image and class, seen through one size range. */
export interface TruthView {
  /** Positions in the columns of the overlap matrix, those that count first. */
  readonly order: Int32Array;
  /** By position in the matrix: 1 for cells that do not count. */
  readonly ignored: Uint8Array;
  readonly isCrowd: Uint8Array;
  /** Number of cells that count. */
  readonly counted: number;
}

/** Order the ground truth so that cells that count come before those that do not (stable). */
export function viewTruth(ignored: Uint8Array, isCrowd: Uint8Array): TruthView {
  const order = new Int32Array(ignored.length);
  let at = 0;
  for (let g = 0; g < ignored.length; g++) if (ignored[g] === 0) order[at++] = g;
  const counted = at;
  for (let g = 0; g < ignored.length; g++) if (ignored[g] === 1) order[at++] = g;
  return { order, ignored, isCrowd, counted };
}

/**
 * Match detections (rows of `overlaps`, by falling score) at one threshold, and return for each the
 * column it took, or -1. `taken` (one byte per ground truth, zeroed here) says which columns are used.
 */
export function matchDetectionsInPlace(
  matches: Int32Array,
  taken: Uint8Array,
  overlaps: Float64Array,
  truth: TruthView,
  iouThreshold: number,
): void {
  const { order, ignored, isCrowd } = truth;
  const truthCount = order.length;
  taken.fill(0, 0, truthCount);
  for (let d = 0; d < matches.length; d++) {
    // An IoU of exactly 1 must pass a threshold of 1 in spite of rounding (pycocotools' 1 - 1e-10).
    let best = Math.min(iouThreshold, 1 - 1e-10);
    let match = -1;
    for (let i = 0; i < truthCount; i++) {
      const g = order[i]!;
      if (taken[g] === 1 && isCrowd[g] === 0) continue; // one crowd may swallow many detections
      if (match > -1 && ignored[match] === 0 && ignored[g] === 1) break;
      const overlap = overlaps[d * truthCount + g]!;
      if (overlap < best) continue;
      best = overlap;
      match = g;
    }
    if (match > -1) taken[match] = 1;
    matches[d] = match;
  }
}
