/**
 * @file What became of every detection of one class, at every threshold and in every size range:
 * the raw material of average precision, of curves and of resampling.
 */
import { type ClassEntry, rankByScore } from './class-entries.ts';
import { matchDetectionsInPlace, matchState, viewTruth } from './coco-match.ts';
import type { AreaRange } from './coco-parameters.ts';
import type { OverlapKind } from './detection-set.ts';
import { detectionArea, pairwiseOverlap, truthArea } from './overlap.ts';

/** What decides a match. */
export interface MatchSettings {
  readonly overlap: OverlapKind;
  readonly iouThresholds: readonly number[];
  readonly areaRanges: readonly AreaRange[];
}

/** D detections in E entries (images) of one class; T thresholds, A size ranges. */
export interface ClassMatches {
  /** [D]: positions by falling score over all images. */
  readonly order: Int32Array;
  /** [D] */
  readonly scores: Float64Array;
  /** [D]: place among the detections of its image and class, 0 = highest score. */
  readonly ranks: Int32Array;
  /** [D]: the entry (0..E-1) a detection belongs to. */
  readonly entries: Int32Array;
  /** [A, T, D]: values of `matchState`. */
  readonly states: Uint8Array;
  /** [A, E]: ground truth cells that count. */
  readonly counted: Int32Array;
  /** [E]: position of the image in the set. */
  readonly imageIndexes: Int32Array;
}

/** Match all images of one class. */
export function matchClass(entries: readonly ClassEntry[], settings: MatchSettings): ClassMatches {
  const total = entries.reduce((sum, entry) => sum + entry.detections.length, 0);
  const rows = settings.areaRanges.length * settings.iouThresholds.length;
  const matches: ClassMatches = {
    order: new Int32Array(0),
    scores: new Float64Array(total),
    ranks: new Int32Array(total),
    entries: new Int32Array(total),
    states: new Uint8Array(rows * total),
    counted: new Int32Array(settings.areaRanges.length * entries.length),
    imageIndexes: Int32Array.from(entries, (entry) => entry.imageIndex),
  };
  let offset = 0;
  entries.forEach((entry, e) => {
    matchEntryInPlace(matches, entry, e, offset, settings);
    offset += entry.detections.length;
  });
  return { ...matches, order: rankByScore(matches.scores) };
}

/** Match one image, writing what becomes of its detections from `offset` on. */
function matchEntryInPlace(
  result: ClassMatches,
  entry: ClassEntry,
  e: number,
  offset: number,
  settings: MatchSettings,
): void {
  const { iouThresholds, areaRanges, overlap } = settings;
  const { detections, groundTruth } = entry;
  const { states } = result;
  const total = result.scores.length;
  const n = detections.length;
  const overlaps = pairwiseOverlap(detections, groundTruth, overlap);
  const isCrowd = Uint8Array.from(groundTruth, (cell) => (cell.isCrowd === true ? 1 : 0));
  const truthAreas = groundTruth.map(truthArea);
  const detectionAreas = detections.map(detectionArea);
  const matches = new Int32Array(n);
  const taken = new Uint8Array(groundTruth.length);
  for (let d = 0; d < n; d++) {
    result.scores[offset + d] = detections[d]!.score;
    result.ranks[offset + d] = d;
    result.entries[offset + d] = e;
  }
  for (let a = 0; a < areaRanges.length; a++) {
    const { low, high } = areaRanges[a]!;
    const isOutside = (area: number): boolean => area < low || area > high;
    const ignored = isCrowd.map((crowd, g) => (crowd === 1 || isOutside(truthAreas[g]!) ? 1 : 0));
    const truth = viewTruth(ignored, isCrowd);
    result.counted[a * result.imageIndexes.length + e] = truth.counted;
    for (let t = 0; t < iouThresholds.length; t++) {
      matchDetectionsInPlace(matches, taken, overlaps, truth, iouThresholds[t]!);
      const row = (a * iouThresholds.length + t) * total + offset;
      for (let d = 0; d < n; d++) {
        const match = matches[d]!;
        const isIgnored = match >= 0 ? ignored[match] === 1 : isOutside(detectionAreas[d]!);
        if (isIgnored) states[row + d] = matchState.ignored;
        else if (match >= 0) states[row + d] = matchState.correct;
      }
    }
  }
}
