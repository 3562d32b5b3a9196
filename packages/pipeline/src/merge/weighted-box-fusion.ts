/**
 * @file Weighted boxes fusion of several models' findings (Solovyev, Wang and Gabruseva 2021).
 *
 * T models, clusters C of findings of one class that overlap:
 *   box   = Σ s_i b_i / Σ s_i      (s_i = score x the model's weight)
 *   score = (Σ s_i / Σ w_i in C) x min(Σ w_i in C, Σ w) / Σ w
 * so that what only one of the models sees loses score. Probabilities are averaged like boxes; the
 * mask is that of the best finding.
 */
import { type Box, boxIou, LeukoscopeError } from '@leukoscope/core';
import type { ModelFinding } from '../model/leukocyte-model.ts';

/** Options of `weightedBoxFusion`. */
export interface FusionOptions {
  /** Findings with a larger IoU belong together. @default 0.55 */
  readonly iouThreshold?: number;
  /** One per model. @default 1 each */
  readonly weights?: readonly number[];
}

interface Member {
  readonly finding: ModelFinding;
  readonly weight: number;
}

interface Cluster {
  readonly members: Member[];
  box: Box;
}

/** Fuse the findings of several models over the same classes; highest score first. */
export function weightedBoxFusion(
  findingsOfModels: readonly (readonly ModelFinding[])[],
  options: FusionOptions = {},
): ModelFinding[] {
  const { iouThreshold = 0.55, weights = findingsOfModels.map(() => 1) } = options;
  if (weights.length !== findingsOfModels.length || weights.some((weight) => !(weight > 0))) {
    throw new LeukoscopeError(
      'FUSION_WEIGHTS',
      `weights must be one number above 0 per model. Received [${weights.join(', ')}] for ${findingsOfModels.length} models.`,
    );
  }
  const members = findingsOfModels
    .flatMap((findings, m) => findings.map((finding) => ({ finding, weight: weights[m]! })))
    .sort((a, b) => b.finding.score * b.weight - a.finding.score * a.weight);
  const clusters: Cluster[] = [];
  for (const member of members) {
    const cluster = bestCluster(clusters, member.finding, iouThreshold);
    if (cluster === undefined) clusters.push({ members: [member], box: member.finding.box });
    else {
      cluster.members.push(member);
      cluster.box = fuseBoxes(cluster.members);
    }
  }
  const total = sumOf(weights);
  return clusters
    .map(({ members: joined, box }) => fuse(joined, box, total))
    .sort((a, b) => b.score - a.score);
}

function bestCluster(
  clusters: readonly Cluster[],
  finding: ModelFinding,
  iouThreshold: number,
): Cluster | undefined {
  let best: Cluster | undefined;
  let bestIou = iouThreshold;
  for (const cluster of clusters) {
    if (cluster.members[0]!.finding.classIndex !== finding.classIndex) continue;
    const iou = boxIou(cluster.box, finding.box);
    if (iou <= bestIou) continue;
    best = cluster;
    bestIou = iou;
  }
  return best;
}

function fuse(members: readonly Member[], box: Box, total: number): ModelFinding {
  const best = members[0]!.finding;
  const weight = sumOf(members.map((member) => member.weight));
  const scores = members.map(({ finding, weight: w }) => finding.score * w);
  const mean = sumOf(scores) / weight;
  const probabilities = best.probabilities?.map(
    (_, k) =>
      sumOf(members.map(({ finding }, i) => scores[i]! * (finding.probabilities?.[k] ?? 0))) /
      sumOf(scores.filter((_, i) => members[i]!.finding.probabilities !== undefined)),
  );
  return {
    ...best,
    box,
    score: (mean * Math.min(weight, total)) / total,
    ...(probabilities === undefined ? {} : { probabilities }),
  };
}

function fuseBoxes(members: readonly Member[]): Box {
  const weights = members.map(({ finding, weight }) => finding.score * weight);
  const total = sumOf(weights);
  const mean = (side: keyof Box) =>
    sumOf(members.map(({ finding }, i) => weights[i]! * finding.box[side])) / total;
  return { x1: mean('x1'), y1: mean('y1'), x2: mean('x2'), y2: mean('y2') };
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
