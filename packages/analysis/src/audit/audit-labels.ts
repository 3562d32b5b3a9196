/**
 * @file Label audit: where several models agree against a label, it is put before a person again, as the interference
 * paper did (Li et al. 2023, Fig. 8).
 *
 * The findings of T models are grouped, one voice each (`groupFindings`); a group and a label whose boxes overlap are one
 * cell. With V a set of members, Σ their scores, p a member's probability of a type (1 or 0 without probabilities):
 *
 *   type     most members, and at least T / 2, say one type that is not the label's:  Σ_V score p / T
 *   missed   at least T / 2 members and no label:                                     Σ score / T
 *   nothing  fewer than E / 2 members at a label, or so unsure ones that their scores
 *            are below `leastSeen` in the mean, E models knowing its kind:             1 - Σ score / E
 *   box      at least T / 2 members at a label whose type is not in doubt; their mean box overlaps its box by
 *            IoU < `sameBox`, while they agree among themselves:                      (1 - IoU) Σ score / T
 *
 * Each is from 0 to 1: how much speaks against the label. A coarse label is not contradicted by a finer type, and
 * nobody expects models to find a kind that fewer than half of them know.
 */
import {
  type Box,
  boxIou,
  type CellClass,
  type Finding,
  type FindingGroup as GroupOf,
  groupFindings,
  lineageOf,
  type Member as MemberOf,
} from '@leukoscope/core';

/** What a model says of one cell: a finding, or as much of one as is stored. */
export type OpinionFinding = Pick<Finding, 'box' | 'score' | 'cellClass' | 'probabilities'>;
type FindingGroup = GroupOf<OpinionFinding>;
type Member = MemberOf<OpinionFinding>;

/** What a data set says of one cell. */
export interface AuditedLabel {
  readonly box: Box;
  /** Undefined: a cell whose kind is not told, or is none that models know. */
  readonly cellClass?: CellClass | undefined;
  /** A region of many cells: what lies in it is not missed, and nobody expects to find it as a cell. */
  readonly isCrowd?: boolean | undefined;
  /** Its box follows from an outline, which is not to be replaced. */
  readonly hasMask?: boolean | undefined;
}

/** What one model says of the same image. */
export interface ModelOpinion {
  readonly facts: { readonly classes: readonly CellClass[] };
  readonly findings: readonly OpinionFinding[];
}

/** What may be wrong: another type, a cell without label, a label without cell, another box. */
export const doubtKinds = ['type', 'missed', 'nothing', 'box'] as const;

/** What may be wrong. */
export type DoubtKind = (typeof doubtKinds)[number];

/** A doubtful place of one image. */
export interface LabelDoubt {
  readonly kind: DoubtKind;
  /** 0..1; doubts are ranked by it. */
  readonly suspicion: number;
  /** Place of the label in the list that was given; absent where one is missed. */
  readonly label?: number;
  /** What the models say instead; absent where they see nothing. */
  readonly proposed?: { readonly box: Box; readonly cellClass: CellClass };
  /** How many models found the cell, and how many said the proposed type. */
  readonly found: number;
  readonly voted: number;
}

/** Options of `auditLabels`. */
export interface AuditOptions {
  /** Only kinds that belong to one of these, or to which one of these belongs, are missed. @default all */
  readonly labelled?: readonly CellClass[] | undefined;
  /** A finding and a label with a larger IoU are one cell. @default 0.3 */
  readonly sameCell?: number;
  /** Boxes of a cell with a smaller IoU contradict each other. @default 0.6 */
  readonly sameBox?: number;
}

/** Findings from low scores on speak for a label; this unsure, all of them together do not. */
const leastSeen = 0.3;

/** Compare the labels of one image with what models say; most suspicious first, one doubt a label. */
export function auditLabels(
  labels: readonly AuditedLabel[],
  opinions: readonly ModelOpinion[],
  options: AuditOptions = {},
): LabelDoubt[] {
  const { labelled, sameCell = 0.3, sameBox = 0.6 } = options;
  const T = opinions.length;
  const groups = groupFindings(
    opinions.map(({ findings }) => findings),
    opinions.map(() => 1),
    {
      iouThreshold: 0.5,
      mayJoin: ({ members }, { model }) => members.every((member) => member.model !== model),
    },
  );
  const groupOfLabel = matchGroups(labels, groups, sameCell);
  const doubts = labels.flatMap((label, i): LabelDoubt[] => {
    if (label.isCrowd === true) return [];
    const group = groupOfLabel.get(i);
    const doubt = doubtOf(label, group, opinions, sameBox);
    return doubt === undefined ? [] : [{ ...doubt, label: i }];
  });
  const taken = new Set(groupOfLabel.values());
  for (const group of groups) {
    const { members, box } = group;
    if (taken.has(group) || members.length < T / 2) continue;
    // A cell that some label reaches is that label's, or lies in a crowd.
    if (labels.some((label) => isAt(label, box, sameCell))) continue;
    const { cellClass, voters } = majorityOf(members);
    if (labelled !== undefined && !labelled.some((known) => agree(known, cellClass))) continue;
    doubts.push({
      kind: 'missed',
      suspicion: scoreOf(members) / T,
      proposed: { box, cellClass },
      found: members.length,
      voted: voters.length,
    });
  }
  return doubts.sort((a, b) => b.suspicion - a.suspicion);
}

/** Tell whether two kinds can be the same cell: one belongs to the other. */
export function agree(a: CellClass, b: CellClass): boolean {
  return lineageOf(a).includes(b) || lineageOf(b).includes(a);
}

function doubtOf(
  { box, cellClass, hasMask = false }: AuditedLabel,
  group: FindingGroup | undefined,
  opinions: readonly ModelOpinion[],
  sameBox: number,
): LabelDoubt | undefined {
  const T = opinions.length;
  const members = group?.members ?? [];
  const found = members.length;
  const knows = ({ facts }: ModelOpinion) =>
    cellClass === undefined || facts.classes.some((own) => agree(own, cellClass));
  const E = opinions.filter(knows).length;
  const isExpected = E > 0 && E >= T / 2;
  const isSeen = found >= E / 2 && scoreOf(members) >= leastSeen * E;
  if (isExpected && !isSeen)
    return { kind: 'nothing', suspicion: 1 - scoreOf(members) / E, found, voted: 0 };
  if (group === undefined || found < T / 2) return undefined;
  const { cellClass: said, voters } = majorityOf(members);
  const proposed = { box: group.box, cellClass: said };
  const voted = voters.length;
  if (cellClass !== undefined && !agree(cellClass, said) && voted > found / 2 && voted >= T / 2) {
    const sum = voters.reduce((total, member) => total + weightOf(member, said, opinions), 0);
    return { kind: 'type', suspicion: sum / T, proposed, found, voted };
  }
  const iou = boxIou(box, group.box);
  const isAgreed = members.every(({ finding }) => boxIou(finding.box, group.box) >= sameBox);
  if (hasMask || iou >= sameBox || !isAgreed) return undefined;
  return { kind: 'box', suspicion: ((1 - iou) * scoreOf(members)) / T, proposed, found, voted };
}

/** Score x probability of a type, of all classes that agree with it. */
function weightOf(
  { finding, model }: Member,
  said: CellClass,
  opinions: readonly ModelOpinion[],
): number {
  const { score, probabilities } = finding;
  if (probabilities === undefined) return score;
  const { classes } = opinions[model]!.facts;
  const p = probabilities.reduce((sum, q, k) => (agree(classes[k]!, said) ? sum + q : sum), 0);
  return score * p;
}

/**
 * The finest type that more than half of the members say, or a finer one of it; without a majority that of most. Models
 * tell types more or less finely: who says leukocyte does not speak against a lymphocyte, nor for it.
 */
function majorityOf(members: readonly Member[]) {
  const types = [...new Set(members.map(({ finding }) => finding.cellClass))];
  const candidates = types.map((cellClass) => {
    const voters = members.filter(({ finding }) =>
      lineageOf(finding.cellClass).includes(cellClass),
    );
    const depth = voters.length > members.length / 2 ? lineageOf(cellClass).length : 0;
    return { cellClass, voters, depth };
  });
  return candidates.sort(
    (a, b) =>
      b.depth - a.depth ||
      b.voters.length - a.voters.length ||
      scoreOf(b.voters) - scoreOf(a.voters),
  )[0]!;
}

function scoreOf(members: readonly Member[]): number {
  return members.reduce((sum, { finding }) => sum + finding.score, 0);
}

/** Pair labels and groups by falling IoU x score, each once: an unsure box that fits by chance hides no sure one. */
function matchGroups(
  labels: readonly AuditedLabel[],
  groups: readonly FindingGroup[],
  least: number,
): Map<number, FindingGroup> {
  const pairs = labels.flatMap((label, i) =>
    label.isCrowd === true
      ? []
      : groups
          .map((group) => ({ i, group, iou: boxIou(label.box, group.box) }))
          .filter(({ iou }) => iou > least)
          .map(({ iou, ...pair }) => ({ ...pair, fit: iou * scoreOf(pair.group.members) })),
  );
  const matched = new Map<number, FindingGroup>();
  const taken = new Set<FindingGroup>();
  for (const { i, group } of pairs.sort((a, b) => b.fit - a.fit)) {
    if (matched.has(i) || taken.has(group)) continue;
    matched.set(i, group);
    taken.add(group);
  }
  return matched;
}

function isAt({ box, isCrowd }: AuditedLabel, found: Box, least: number): boolean {
  if (isCrowd !== true) return boxIou(box, found) > least;
  const [x, y] = [(found.x1 + found.x2) / 2, (found.y1 + found.y2) / 2];
  return box.x1 <= x && x <= box.x2 && box.y1 <= y && y <= box.y2;
}
