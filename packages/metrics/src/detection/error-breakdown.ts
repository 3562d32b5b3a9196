/**
 * @file Why a detector loses average precision: each wrong detection gets one reason, each lost cell is
 * traced, and the gain in AP is given if one kind of error were mended (Bolya et al. 2020, TIDE).
 *
 * With tf = `iouThreshold` and tb = `backgroundThreshold`, and cells of the image that are no crowd, a
 * spurious detection is, in this order: misplaced (IoU in [tb, tf) with a cell of its class), mistyped
 * (IoU >= tf with a cell of another class), a duplicate (IoU >= tf with a cell of its class that is
 * taken), background (IoU < tb with every cell), or else both misplaced and mistyped. A cell that nobody
 * found is missed unless a misplaced or mistyped detection points at it.
 */
import { entriesByClass } from './class-entries.ts';
import { matchDetectionsInPlace, viewTruth } from './coco-match.ts';
import {
  checkDetectionSet,
  type DetectionSet,
  type GroundTruthCell,
  type OverlapKind,
} from './detection-set.ts';
import { pairwiseOverlap } from './overlap.ts';
import { averageOfCurve, rankedCurve } from './precision-at-recall.ts';

/** The kinds of error, in the order in which reports list them. */
export const errorKinds = [
  'type',
  'place',
  'type-and-place',
  'duplicate',
  'background',
  'missed',
] as const;

/** One kind of error. */
export type ErrorKind = (typeof errorKinds)[number];

/** Settings of the breakdown. */
export interface ErrorBreakdownOptions {
  /** @default 0.5 */
  readonly iouThreshold?: number;
  /** @default 0.1 */
  readonly backgroundThreshold?: number;
  /** @default 100 */
  readonly maxDetections?: number;
  /** @default 'box' */
  readonly overlap?: OverlapKind;
}

/** Counts and costs. */
export interface ErrorBreakdown {
  /** Mean AP at `iouThreshold` as it is; null without ground truth. */
  readonly averagePrecision: number | null;
  readonly errors: readonly {
    readonly kind: ErrorKind;
    readonly count: number;
    /** Gain in mean AP if errors of this kind alone were mended; they need not sum to what is lost. */
    readonly gain: number | null;
  }[];
}

interface Finding {
  readonly classIndex: number;
  readonly score: number;
  readonly kind: ErrorKind | 'correct' | 'ignored';
  /** The cell that a misplaced or mistyped detection points at. */
  readonly cell?: TracedCell;
}

interface TracedCell {
  readonly classIndex: number;
  isFound: boolean;
  isPointedAt: boolean;
}

/** Give each error its reason and its cost. */
export function errorBreakdown(
  set: DetectionSet,
  options: ErrorBreakdownOptions = {},
): ErrorBreakdown {
  const { overlap = 'box' } = options;
  checkDetectionSet(set, overlap);
  const { findings, cells } = traceErrors(set, options);
  const K = set.classNames.length;
  const ranked = rankByClass(findings, K);
  const isMissed = (cell: TracedCell): boolean => !cell.isFound && !cell.isPointedAt;
  const positives = countByClass(cells, K);
  const baseline = meanAp(ranked, positives);
  return {
    averagePrecision: baseline,
    errors: errorKinds.map((kind) => {
      const missed = cells.filter(isMissed);
      const mended =
        kind === 'missed'
          ? meanAp(
              ranked,
              countByClass(
                cells.filter((cell) => !isMissed(cell)),
                K,
              ),
            )
          : meanAp(rankByClass(mend(findings, kind), K), positives);
      return {
        kind,
        count:
          kind === 'missed'
            ? missed.length
            : findings.filter((finding) => finding.kind === kind).length,
        gain: baseline === null || mended === null ? null : mended - baseline,
      };
    }),
  };
}

function traceErrors(set: DetectionSet, options: ErrorBreakdownOptions) {
  const { iouThreshold = 0.5, backgroundThreshold = 0.1 } = options;
  const { maxDetections = 100, overlap = 'box' } = options;
  const traced = new Map<GroundTruthCell, TracedCell>();
  for (const { groundTruth } of set.images) {
    for (const cell of groundTruth) {
      if (cell.isCrowd === true) continue;
      traced.set(cell, { classIndex: cell.classIndex, isFound: false, isPointedAt: false });
    }
  }
  const findings: Finding[] = [];
  const entries = entriesByClass(set, maxDetections);
  entries.forEach((classEntries, classIndex) => {
    for (const { imageIndex, detections, groundTruth } of classEntries) {
      const isCrowd = Uint8Array.from(groundTruth, (cell) => (cell.isCrowd === true ? 1 : 0));
      const matches = new Int32Array(detections.length);
      const taken = new Uint8Array(groundTruth.length);
      const overlaps = pairwiseOverlap(detections, groundTruth, overlap);
      matchDetectionsInPlace(matches, taken, overlaps, viewTruth(isCrowd, isCrowd), iouThreshold);
      const cells = set.images[imageIndex]!.groundTruth.filter((cell) => traced.has(cell));
      const toCells = pairwiseOverlap(detections, cells, overlap);
      detections.forEach(({ score }, d) => {
        const match = matches[d]!;
        if (match >= 0) {
          const cell = traced.get(groundTruth[match]!);
          if (cell !== undefined) cell.isFound = true;
          findings.push({ classIndex, score, kind: cell === undefined ? 'ignored' : 'correct' });
          return;
        }
        const best = (isOwn: boolean) => {
          let at = -1;
          cells.forEach((cell, i) => {
            if ((cell.classIndex === classIndex) !== isOwn) return;
            if (at < 0 || toCells[d * cells.length + i]! > toCells[d * cells.length + at]!) at = i;
          });
          return { iou: at < 0 ? 0 : toCells[d * cells.length + at]!, truth: cells[at] };
        };
        const own = best(true);
        const other = best(false);
        const kind = reasonOf(own.iou, other.iou, iouThreshold, backgroundThreshold);
        const pointed = kind === 'place' ? own.truth : kind === 'type' ? other.truth : undefined;
        if (pointed === undefined) findings.push({ classIndex, score, kind });
        else {
          const cell = traced.get(pointed)!;
          cell.isPointedAt = true;
          findings.push({ classIndex, score, kind, cell });
        }
      });
    }
  });
  // By falling score once for all: every later step keeps this order.
  findings.sort((a, b) => b.score - a.score);
  return { findings, cells: [...traced.values()] };
}

function reasonOf(own: number, other: number, foreground: number, background: number): ErrorKind {
  if (own >= background && own < foreground) return 'place';
  if (other >= foreground) return 'type';
  if (own >= foreground) return 'duplicate';
  return Math.max(own, other) < background ? 'background' : 'type-and-place';
}

/** Mend one kind: the best detection that points at a lost cell becomes right, all others go. */
function mend(findings: readonly Finding[], kind: ErrorKind): Finding[] {
  const served = new Set<TracedCell>();
  return findings.flatMap((finding): Finding[] => {
    if (finding.kind !== kind) return [finding];
    const { cell, score } = finding;
    if (cell === undefined || cell.isFound || served.has(cell)) return [];
    served.add(cell);
    return [{ classIndex: cell.classIndex, score, kind: 'correct' }];
  });
}

/** Return right or wrong for each finding that counts, by class and falling score. */
function rankByClass(findings: readonly Finding[], K: number): boolean[][] {
  const ranked: boolean[][] = Array.from({ length: K }, () => []);
  for (const { classIndex, kind } of findings) {
    if (kind !== 'ignored') ranked[classIndex]!.push(kind === 'correct');
  }
  return ranked;
}

function countByClass(cells: readonly TracedCell[], K: number): number[] {
  const counts = new Array<number>(K).fill(0);
  for (const { classIndex } of cells) counts[classIndex]!++;
  return counts;
}

function meanAp(ranked: readonly boolean[][], positives: readonly number[]): number | null {
  const values = ranked.flatMap((verdicts, k) => {
    const count = positives[k]!;
    return count === 0 ? [] : [averageOfCurve(rankedCurve(verdicts, count), '101-point')];
  });
  return values.length === 0 ? null : values.reduce((sum, ap) => sum + ap, 0) / values.length;
}
