/**
 * @file A second COCO evaluation, written for plainness from the definition: one class, one threshold,
 * one size range and one limit at a time, overlaps by counting pixels. It shares no code with src/.
 */
import type { DetectedCell, DetectionSet, GroundTruthCell } from '../src/index.ts';

export interface SlowSettings {
  readonly classIndex: number;
  readonly iouThreshold: number;
  readonly low: number;
  readonly high: number;
  readonly limit: number;
  readonly overlap: 'box' | 'mask';
}

/** Return AP and the largest recall, or null without ground truth. */
export function slowAveragePrecision(set: DetectionSet, settings: SlowSettings) {
  const { classIndex, limit, low, high } = settings;
  const verdicts: { score: number; isCorrect: boolean }[] = [];
  let positives = 0;
  for (const image of set.images) {
    const cells = image.groundTruth.filter((cell) => cell.classIndex === classIndex);
    const counts = cells.map((cell) => {
      const area = cell.area ?? (cell.mask === undefined ? boxSize(cell) : pixels(cell).size);
      return cell.isCrowd !== true && area >= low && area <= high;
    });
    positives += counts.filter(Boolean).length;
    const ranked = image.detections
      .filter((cell) => cell.classIndex === classIndex)
      .map((cell, i) => ({ cell, i }))
      .sort((a, b) => b.cell.score - a.cell.score || a.i - b.i)
      .slice(0, limit);
    const used = new Set<number>();
    for (const { cell } of ranked) {
      // First among the cells that count, and only if none fits among those that do not.
      const fitting = (wanted: boolean) =>
        cells
          .map((truth, g) => ({ g, overlap: overlapOf(cell, truth, settings.overlap) }))
          .filter(({ g }) => counts[g] === wanted && (!used.has(g) || cells[g]!.isCrowd === true))
          .filter(({ overlap }) => overlap >= Math.min(settings.iouThreshold, 1 - 1e-10))
          .sort((a, b) => b.overlap - a.overlap || b.g - a.g)[0]?.g;
      const match = fitting(true);
      if (match !== undefined) {
        used.add(match);
        verdicts.push({ score: cell.score, isCorrect: true });
        continue;
      }
      const ignored = fitting(false);
      if (ignored !== undefined) used.add(ignored);
      else if ((cell.area ?? boxSize(cell)) >= low && (cell.area ?? boxSize(cell)) <= high) {
        verdicts.push({ score: cell.score, isCorrect: false });
      }
    }
  }
  if (positives === 0) return null;
  const ranked = verdicts
    .map((verdict, i) => ({ ...verdict, i }))
    .sort((a, b) => b.score - a.score || a.i - b.i);
  const points = ranked.map((_, i) => {
    const correct = ranked.slice(0, i + 1).filter((verdict) => verdict.isCorrect).length;
    return { recall: correct / positives, precision: correct / (i + 1) };
  });
  let sum = 0;
  for (let r = 0; r <= 100; r++) {
    const reached = points.filter((point) => point.recall >= r * 0.01);
    sum += Math.max(0, ...reached.map((point) => point.precision));
  }
  return { ap: sum / 101, recall: Math.max(0, ...points.map((point) => point.recall)) };
}

function overlapOf(a: DetectedCell, b: GroundTruthCell, how: 'box' | 'mask'): number {
  if (how === 'mask') {
    const [inA, inB] = [pixels(a), pixels(b)];
    const shared = [...inA].filter((pixel) => inB.has(pixel)).length;
    const union = b.isCrowd === true ? inA.size : inA.size + inB.size - shared;
    return shared === 0 ? 0 : shared / union;
  }
  const width = Math.min(a.box.x2, b.box.x2) - Math.max(a.box.x1, b.box.x1);
  const height = Math.min(a.box.y2, b.box.y2) - Math.max(a.box.y1, b.box.y1);
  if (width <= 0 || height <= 0) return 0;
  const union = b.isCrowd === true ? boxSize(a) : boxSize(a) + boxSize(b) - width * height;
  return (width * height) / union;
}

function boxSize({ box }: DetectedCell | GroundTruthCell): number {
  return (box.x2 - box.x1) * (box.y2 - box.y1);
}

function pixels(cell: DetectedCell | GroundTruthCell): Set<number> {
  const set = new Set<number>();
  let position = 0;
  cell.mask!.counts.forEach((count, i) => {
    for (let k = 0; k < count; k++) if (i % 2 === 1) set.add(position + k);
    position += count;
  });
  return set;
}
