/**
 * @file Weighted boxes fusion of several models' findings (Solovyev, Wang and Gabruseva 2021).
 *
 * T models, groups C of findings of one class that overlap:
 *   box   = Σ s_i b_i / Σ s_i      (s_i = score x the model's weight)
 *   score = (Σ s_i / Σ w_i in C) x min(Σ w_i in C, Σ w) / Σ w
 * so that what only one of the models sees loses score. Probabilities are averaged like boxes; the
 * mask is that of the best finding.
 */
import {
  type FindingGroup,
  groupFindings,
  LeukoscopeError,
  meanProbabilities,
  sumOf,
  weightedScore,
} from '@leukoscope/core';
import type { ModelFinding } from '../model/leukocyte-model.ts';

/** Options of `weightedBoxFusion`. */
export interface FusionOptions {
  /** Findings with a larger IoU belong together. @default 0.55 */
  readonly iouThreshold?: number;
  /** One per model. @default 1 each */
  readonly weights?: readonly number[];
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
  const total = sumOf(weights);
  return groupFindings(findingsOfModels, weights, {
    iouThreshold,
    mayJoin: ({ members }, { finding }) => members[0]!.finding.classIndex === finding.classIndex,
  })
    .map((group) => fuse(group, total))
    .sort((a, b) => b.score - a.score);
}

function fuse({ members, box }: FindingGroup<ModelFinding>, total: number): ModelFinding {
  const { probabilities: _, ...best } = members[0]!.finding;
  const weight = sumOf(members.map((member) => member.weight));
  const mean = sumOf(members.map(weightedScore)) / weight;
  const probabilities = meanProbabilities(members);
  return {
    ...best,
    box,
    score: (mean * Math.min(weight, total)) / total,
    ...(probabilities === undefined ? {} : { probabilities }),
  };
}
