/**
 * @file Average precision of one ranking of right and wrong detections: COCO's 101 points, PASCAL's
 * 11 points (2007) and PASCAL's area under the whole curve (2010 and later).
 */
import { cocoRecallThresholds, linspace } from './coco-parameters.ts';

/** How the curve is averaged. */
export type AveragingMethod = '101-point' | '11-point' | 'all-point';

/** A precision-recall curve, one point per detection, by falling score. */
export interface RankedCurve {
  readonly recall: readonly number[];
  readonly precision: readonly number[];
}

const elevenPoints = linspace(0, 1, 11);

/** Count down a ranking: recall = TP / positives, precision = TP / (TP + FP). */
export function rankedCurve(isCorrect: readonly boolean[], positives: number): RankedCurve {
  const recall: number[] = [];
  const precision: number[] = [];
  let correct = 0;
  isCorrect.forEach((verdict, i) => {
    if (verdict) correct++;
    recall.push(correct / positives);
    precision.push(correct / (i + 1));
  });
  return { recall, precision };
}

/** Return precision made to fall with recall: at each point the best that any later point reaches. */
export function envelopeOf(precision: readonly number[]): number[] {
  const envelope = [...precision];
  for (let i = envelope.length - 2; i >= 0; i--) {
    envelope[i] = Math.max(envelope[i]!, envelope[i + 1]!);
  }
  return envelope;
}

/** Average a curve. */
export function averageOfCurve(curve: RankedCurve, method: AveragingMethod): number {
  const envelope = envelopeOf(curve.precision);
  if (method === 'all-point') {
    // AP = Σ (r_i - r_(i-1)) p_i
    return curve.recall.reduce((sum, recall, i) => {
      return sum + (recall - (i === 0 ? 0 : curve.recall[i - 1]!)) * envelope[i]!;
    }, 0);
  }
  const points = method === '11-point' ? elevenPoints : cocoRecallThresholds;
  let at = 0;
  let sum = 0;
  for (const point of points) {
    while (at < envelope.length && curve.recall[at]! < point) at++;
    sum += envelope[at] ?? 0;
  }
  return sum / points.length;
}
