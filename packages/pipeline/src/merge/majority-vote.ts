/**
 * @file The ensemble of Li et al. (Scientific Reports 2023): models vote on each cell as a panel of experts would.
 *
 * Findings that overlap are one cell, whatever their types, and each model has one voice in it. Of T models, a group
 * of N findings with N < T / 2 is dropped, and
 *   type  = that of most members; of the larger Σ C_i where votes are equal
 *   box   = Σ C_i b_i / Σ C_i      (C_i = the member's score)
 *   score = Σ C_i / T, so that a model that sees no cell there lowers it.
 * The paper's text gives T and N two meanings each; this is what its example (one of six models alone: dropped) and its
 * words on abstention say. Probabilities are averaged like boxes. The mask is that of the surest member of the
 * chosen type that has one, else of the surest that has one.
 *
 * A type is unsure where no more than half of the members chose it, or where no sure member did.
 */
import { type FindingGroup, groupFindings, meanProbabilities, sumOf } from '@leukoscope/core';
import type { ModelFinding } from '../model/leukocyte-model.ts';

/** Options of `majorityVote`. */
export interface MajorityOptions {
  /** Findings with a larger IoU belong together. @default 0.5 */
  readonly iouThreshold?: number;
}

/** Fuse the findings of several models over the same classes by vote; highest score first. */
export function majorityVote(
  findingsOfModels: readonly (readonly ModelFinding[])[],
  options: MajorityOptions = {},
): ModelFinding[] {
  const { iouThreshold = 0.5 } = options;
  const T = findingsOfModels.length;
  const weights = findingsOfModels.map(() => 1);
  return groupFindings(findingsOfModels, weights, {
    iouThreshold,
    mayJoin: ({ members }, { model }) => members.every((member) => member.model !== model),
  })
    .filter(({ members }) => members.length >= T / 2)
    .map((group) => elect(group, T))
    .sort((a, b) => b.score - a.score);
}

function elect({ members, box }: FindingGroup<ModelFinding>, T: number): ModelFinding {
  const findings = members.map(({ finding }) => finding);
  const classIndex = mostVoted(findings);
  const voters = findings.filter((finding) => finding.classIndex === classIndex);
  const probabilities = meanProbabilities(members);
  const masked = [...voters, ...findings].find(({ mask }) => mask !== undefined);
  return {
    box,
    score: sumOf(findings.map(({ score }) => score)) / T,
    classIndex,
    cellClass: voters[0]!.cellClass,
    isUnsure: voters.length <= findings.length / 2 || voters.every(({ isUnsure }) => isUnsure),
    ...(probabilities === undefined ? {} : { probabilities }),
    ...(masked?.mask === undefined ? {} : { mask: masked.mask }),
  };
}

function mostVoted(findings: readonly ModelFinding[]): number {
  const votes = new Map<number, { count: number; score: number }>();
  for (const { classIndex, score } of findings) {
    const { count, score: sum } = votes.get(classIndex) ?? { count: 0, score: 0 };
    votes.set(classIndex, { count: count + 1, score: sum + score });
  }
  const [[winner]] = [...votes].sort(([, a], [, b]) => b.count - a.count || b.score - a.score) as [
    [number, unknown],
  ];
  return winner;
}
