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
 *
 * With `names: 'first'` (ours) all vote on where cells are, and of those that see one the first model of the list says what it is, with
 * its box, mask and probabilities: detectors that find well, but place and name badly, do not outvote one that is better at both. The type is unsure
 * where that model doubts it, or where others see the cell and none of them agrees.
 */
import {
  type CellClass,
  type FindingGroup,
  groupFindings,
  lineageOf,
  meanProbabilities,
  sumOf,
} from '@leukoscope/core';
import type { ModelFinding } from '../model/leukocyte-model.ts';

/** Options of `majorityVote`. */
export interface MajorityOptions {
  /** Findings with a larger IoU belong together. @default 0.5 */
  readonly iouThreshold?: number;
  /** Who names a cell: most of the models that see it, or the first of them. @default 'most' */
  readonly names?: 'most' | 'first';
}

/** Fuse the findings of several models over the same classes by vote; highest score first. */
export function majorityVote(
  findingsOfModels: readonly (readonly ModelFinding[])[],
  options: MajorityOptions = {},
): ModelFinding[] {
  const { iouThreshold = 0.5, names = 'most' } = options;
  const T = findingsOfModels.length;
  const weights = findingsOfModels.map(() => 1);
  return groupFindings(findingsOfModels, weights, {
    iouThreshold,
    mayJoin: ({ members }, { model }) => members.every((member) => member.model !== model),
  })
    .filter(({ members }) => members.length >= T / 2)
    .map((group) => (names === 'first' ? asFirstNames(group, T) : elect(group, T)))
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

/** What the first model says of the cell, with the score that all give it. */
function asFirstNames({ members }: FindingGroup<ModelFinding>, T: number): ModelFinding {
  const [namer, ...others] = [...members]
    .sort((a, b) => a.model - b.model)
    .map((one) => one.finding);
  const { isUnsure, ...named } = namer!;
  const isAlone =
    others.length > 0 && others.every(({ cellClass }) => !areAkin(cellClass, named.cellClass));
  return {
    ...named,
    score: sumOf(members.map(({ finding }) => finding.score)) / T,
    isUnsure: isUnsure || isAlone,
  };
}

/** Tell whether two answers are the same, one of them told more finely. */
function areAkin(a: CellClass, b: CellClass): boolean {
  return lineageOf(a).includes(b) || lineageOf(b).includes(a);
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
