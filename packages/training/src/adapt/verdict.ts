/**
 * @file May a candidate be offered? Only when it is better here by more than chance and not worse there by more than a
 * stated bound, and when its labels can be believed. Each refusal says why, in words.
 */
import { type CellClass, cellClasses, lineageOf } from '@leukoscope/core';
import type { Candidate } from './adapt-head.ts';
import type { AnswerComparison } from './compare-answers.ts';
import type { LabelledCell } from './see-cells.ts';

/** Why a candidate is refused. */
export type RefusalKind =
  | 'few-cells'
  | 'one-type'
  | 'one-group'
  | 'contradicting-labels'
  | 'suspicious-labels'
  | 'suspicious-author'
  | 'not-better-here'
  | 'worse-there';

/** One reason. */
export interface Refusal {
  readonly kind: RefusalKind;
  /** A sentence for whoever asked. */
  readonly reason: string;
}

/** What must hold. */
export interface AcceptanceRules {
  /** Fewest cells in all, and fewest of a type that counts as one. */
  readonly fewestCells: number;
  readonly fewestOfType: number;
  /** Most cells that contradict another one, and most labels that the others speak against, as shares. */
  readonly mostContradicting: number;
  readonly mostSuspicious: number;
  /** The same of one author with at least ten cells. */
  readonly mostSuspiciousOfAuthor: number;
  /** Largest p of the gain here. */
  readonly mostChance: number;
  /** Largest loss of the share of right answers there. */
  readonly mostLoss: number;
  /** Largest loss there of a kind that this laboratory did not name, which nobody here would miss. */
  readonly mostLossOfKind: number;
}

/** The rules of the house. */
export const acceptanceRules: AcceptanceRules = {
  fewestCells: 20,
  fewestOfType: 4,
  mostContradicting: 0.05,
  mostSuspicious: 0.2,
  mostSuspiciousOfAuthor: 0.25,
  mostChance: 0.05,
  mostLoss: 0.01,
  mostLossOfKind: 0.1,
};

/** Shares of 200 and of 199 cells are no exact numbers. */
const rounding = 1e-9;

/** Judge the cells before anything is fitted: an empty list lets them through. */
export function refuseCells(
  cells: readonly Pick<LabelledCell, 'label' | 'group'>[],
  { fewestCells, fewestOfType }: AcceptanceRules = acceptanceRules,
): Refusal[] {
  const counts = new Map<CellClass, number>();
  for (const { label } of cells) counts.set(label, (counts.get(label) ?? 0) + 1);
  const told = [...counts]
    .map(([label, count]) => `${count} ${cellClasses[label].name}`)
    .join(', ');
  const types = [...counts.values()].filter((count) => count >= fewestOfType).length;
  const groups = new Set(cells.map(({ group }) => group)).size;
  return [
    ...(cells.length < fewestCells
      ? [
          refusal(
            'few-cells',
            `At least ${fewestCells} cells must be named; there are ${cells.length}. Correct or confirm more cells.`,
          ),
        ]
      : []),
    ...(types < 2
      ? [
          refusal(
            'one-type',
            `At least two types must have ${fewestOfType} cells or more; there are ${told || 'none'}. A model that learns one type calls everything so.`,
          ),
        ]
      : []),
    ...(groups < 2
      ? [
          refusal(
            'one-group',
            'Cells must come from at least two slides (or pictures, where slides are not named), so that some can be held apart. All come from one.',
          ),
        ]
      : []),
  ];
}

/** Judge a candidate: an empty list offers it. */
export function refuseCandidate(
  candidate: Candidate,
  cells: number,
  rules: AcceptanceRules = acceptanceRules,
): Refusal[] {
  const { here, there, contradicting, suspicious, byAuthor } = candidate;
  const refusals: Refusal[] = [];
  const refuse = (kind: RefusalKind, reason: string) => refusals.push(refusal(kind, reason));
  if (contradicting.length > rules.mostContradicting * cells) {
    refuse(
      'contradicting-labels',
      `${contradicting.length} of ${cells} cells look the same as another one that was named otherwise. Look at them, and take out what is wrong.`,
    );
  }
  if (suspicious.length > rules.mostSuspicious * cells) {
    refuse(
      'suspicious-labels',
      `${suspicious.length} of ${cells} labels are contradicted by all other cells; at most ${percent(rules.mostSuspicious)} may be. Look at them, and take out what is wrong.`,
    );
  }
  for (const { author, cells: own, suspicious: doubted } of byAuthor) {
    if (author === undefined || own < 10 || doubted <= rules.mostSuspiciousOfAuthor * own) continue;
    refuse(
      'suspicious-author',
      `${doubted} of ${own} labels of ${author} are contradicted by all other cells. Look at them, or leave this reviewer's cells out.`,
    );
  }
  return [...refusals, ...refuseAnswers(here, there, rules)];
}

/** Judge what a candidate answers, here and, where that was measured, there. */
export function refuseAnswers(
  here: AnswerComparison,
  there: AnswerComparison | undefined,
  rules: AcceptanceRules = acceptanceRules,
): Refusal[] {
  const refusals: Refusal[] = [];
  const refuse = (kind: RefusalKind, reason: string) => refusals.push(refusal(kind, reason));
  if (here.gained <= here.lost || here.pValue > rules.mostChance) {
    refuse(
      'not-better-here',
      `On ${here.cells} cells of this laboratory that were held apart the candidate is right about ${here.candidate.right} and the parent about ${here.parent.right} (${here.gained} won, ${here.lost} lost, p = ${here.pValue.toFixed(3)}): not more than chance explains. Name more cells.`,
    );
  }
  if (there === undefined) return refusals;
  const loss = there.parent.share - there.candidate.share;
  if (loss > rules.mostLoss + rounding) {
    refuse(
      'worse-there',
      `On ${there.cells} cells of the parent's own laboratories the candidate is right about ${percent(there.candidate.share)} instead of ${percent(there.parent.share)}; at most ${percent(rules.mostLoss)} may be lost.`,
    );
  }
  const namedHere = new Set(here.byType.map(({ label }) => label));
  const isNamed = (label: CellClass) => lineageOf(label).some((coarser) => namedHere.has(coarser));
  for (const { label, parent: before, candidate: after } of there.byType) {
    if (isNamed(label) || before.share - after.share <= rules.mostLossOfKind + rounding) continue;
    refuse(
      'worse-there',
      `${cellClasses[label].name}, which nobody named here, is recognised in ${after.right} instead of ${before.right} of ${after.cells} cells of the parent's own laboratories; at most ${percent(rules.mostLossOfKind)} may be lost.`,
    );
  }
  return refusals;
}

function refusal(kind: RefusalKind, reason: string): Refusal {
  return { kind, reason };
}

function percent(share: number): string {
  return `${Number((100 * share).toFixed(1))} %`;
}
