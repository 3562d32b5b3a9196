/** @file The card of an adapted model: whose child it is, what it learnt from, how good it is before and after. */
import { type CellClass, cellClasses } from '@leukoscope/core';
import type { Candidate } from './adapt-head.ts';
import type { AnswerComparison, CountedRight } from './compare-answers.ts';
import { loneLabelsText } from './lone-labels.ts';
import type { Refusal } from './verdict.ts';

/** One data set that was learnt from. */
export interface LearntData {
  readonly name: string;
  /** Of its pictures. */
  readonly sha256: string;
  readonly pictures: number;
  readonly cells: number;
  readonly notFound: number;
  readonly notTyped: number;
}

/** What the card says. */
export interface AdaptationFacts {
  readonly name: string;
  readonly parent: { readonly name: string; readonly hash: string };
  readonly memory: { readonly sha256: string; readonly sources: string };
  readonly data: readonly LearntData[];
  readonly byType: readonly { readonly label: CellClass; readonly cells: number }[];
  readonly groups: number;
  /** Share held apart, or 0 where each fifth was measured by the others. */
  readonly holdout: number;
  readonly candidate: Candidate;
  readonly refusals: readonly Refusal[];
}

/** Write the card as Markdown. */
export function adaptationCard(facts: AdaptationFacts): string {
  const { name, parent, memory, data, byType, groups, holdout, candidate, refusals } = facts;
  const { here, there, calibration, doubt } = candidate;
  const cells = byType.reduce((sum, type) => sum + type.cells, 0);
  return [
    `# ${name}`,
    '',
    'For research use only, not for diagnosis.',
    '',
    `- Adapted from ${parent.name} (${parent.hash}): another last layer, temperature and doubt; finding and outlines are the parent's.`,
    `- Learnt from ${cells} named cells of ${groups} slides or pictures: ${byType.map((type) => `${type.cells} ${cellClasses[type.label].name}`).join(', ')}.`,
    ...data.map(
      (set) =>
        `- Data ${set.name}: ${set.pictures} pictures (SHA-256 of all ${set.sha256}), ${set.cells} cells; ${set.notFound} were not found, ${set.notTyped} are of no type of the model.`,
    ),
    `- Stored features of the parent's own laboratories (SHA-256 ${memory.sha256}): ${memory.sources}.`,
    `- Temperature ${calibration.temperature}, not sure below ${calibration.unsureBelow}, fitted on cells held apart; flagged there: ${percent(doubt.ofWrong)} of wrong types, ${percent(doubt.ofRight)} of right ones.`,
    '- No chance is in it: the same cells give the same model.',
    '',
    refusals.length === 0
      ? 'Offered: better here by more than chance, and not worse there than stated.'
      : `Refused: ${refusals.map(({ reason }) => reason).join(' ')}`,
    '',
    '## Here',
    '',
    holdout > 0
      ? `Cells of slides that were held apart (${percent(holdout)}), by the model itself. In brackets exact 95 % limits.`
      : 'Each fifth of the cells, by slide, by a layer that was fitted on the others; the model was then fitted on all. In brackets exact 95 % limits.',
    '',
    ...comparisonTable(here),
    ...(candidate.loneLabels.length === 0 ? [] : ['', loneLabelsText(candidate.loneLabels)]),
    '',
    '## There',
    '',
    "Stored cells of the parent's own laboratories that fitted nothing; stages of one kind count as one.",
    '',
    ...comparisonTable(there),
    '',
    '## Not known',
    '',
    'Kinds of cell that nobody named here are as sure as in the parent at most. How it does in other laboratories than those above: it has no sign of cases unlike its training cells, as its parent has.',
    '',
  ].join('\n');
}

function comparisonTable({ parent, candidate, byType, gained, lost, pValue }: AnswerComparison) {
  return [
    '| type | cells | parent | adapted |',
    '|---|---|---|---|',
    ...byType.map((row) => tableRow(cellClasses[row.label].name, row.parent, row.candidate)),
    tableRow('all', parent, candidate),
    '',
    `${gained} cells won, ${lost} lost, p = ${pValue.toPrecision(2)} (McNemar, exact).`,
  ];
}

function tableRow(name: string, parent: CountedRight, candidate: CountedRight): string {
  return `| ${name} | ${parent.cells} | ${shareText(parent)} | ${shareText(candidate)} |`;
}

function shareText({ share, low, high }: CountedRight): string {
  return `${share.toFixed(3)} (${low.toFixed(3)}-${high.toFixed(3)})`;
}

function percent(share: number): string {
  return `${Number((100 * share).toFixed(1))} %`;
}
