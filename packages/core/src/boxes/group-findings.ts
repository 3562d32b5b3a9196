/**
 * @file Groups of overlapping findings of several models, and the means over a group that every fusion takes.
 *
 * Findings are taken by falling weighted score s = score x the model's weight; each joins the group whose mean box
 * overlaps it most, or begins one. The mean box of a group is Σ s_i b_i / Σ s_i.
 */
import type { Finding } from '../finding.ts';
import { type Box, boxIou } from './boxes.ts';

/** What a model says of one cell, as far as groups need it. */
export type GroupedFinding = Pick<Finding, 'box' | 'score' | 'probabilities'>;

/** A finding and whose it is. */
export interface Member<F extends GroupedFinding = GroupedFinding> {
  readonly finding: F;
  /** Index of the model. */
  readonly model: number;
  /** How much the model counts. */
  readonly weight: number;
}

/** Findings that are one cell; the surest first, so there is at least one. */
export interface FindingGroup<F extends GroupedFinding = GroupedFinding> {
  readonly members: readonly Member<F>[];
  readonly box: Box;
}

/** How findings come together. */
export interface GroupOptions<F extends GroupedFinding = GroupedFinding> {
  /** Findings with a larger IoU belong together. */
  readonly iouThreshold: number;
  /** Whether a finding may join a group that it overlaps. */
  readonly mayJoin: (group: FindingGroup<F>, member: Member<F>) => boolean;
}

/** Group the findings of several models. */
export function groupFindings<F extends GroupedFinding>(
  findingsOfModels: readonly (readonly F[])[],
  weights: readonly number[],
  { iouThreshold, mayJoin }: GroupOptions<F>,
): FindingGroup<F>[] {
  const sorted = findingsOfModels
    .flatMap((findings, model) =>
      findings.map((finding): Member<F> => ({ finding, model, weight: weights[model]! })),
    )
    .sort((a, b) => weightedScore(b) - weightedScore(a));
  const groups: FindingGroup<F>[] = [];
  for (const member of sorted) {
    let best = -1;
    let bestIou = iouThreshold;
    groups.forEach((group, g) => {
      if (!mayJoin(group, member)) return;
      const iou = boxIou(group.box, member.finding.box);
      if (iou <= bestIou) return;
      best = g;
      bestIou = iou;
    });
    const members = [...(groups[best]?.members ?? []), member];
    groups[best < 0 ? groups.length : best] = { members, box: meanBox(members) };
  }
  return groups;
}

/** Score x weight. */
export function weightedScore({ finding, weight }: Member): number {
  return finding.score * weight;
}

/** Σ s_i p_i / Σ s_i over the members that have probabilities; undefined where none has. */
export function meanProbabilities(members: readonly Member[]): number[] | undefined {
  const known = members.filter(({ finding }) => finding.probabilities !== undefined);
  const total = sumOf(known.map(weightedScore));
  return known[0]?.finding.probabilities?.map((_, k) => {
    const shares = known.map(({ finding }) => finding.probabilities![k]!);
    // Members of score 0 count alike.
    if (total === 0) return sumOf(shares) / known.length;
    return sumOf(known.map((member, i) => weightedScore(member) * shares[i]!)) / total;
  });
}

/** Add up numbers. */
export function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function meanBox(members: readonly Member[]): Box {
  const total = sumOf(members.map(weightedScore));
  if (total === 0) return members[0]!.finding.box;
  const mean = (side: keyof Box) =>
    sumOf(members.map((member) => weightedScore(member) * member.finding.box[side])) / total;
  return { x1: mean('x1'), y1: mean('y1'), x2: mean('x2'), y2: mean('y2') };
}
