/** @file An adaptation as text for the terminal: before and after by type, what is doubtful, offered or refused. */
import { type LabelledCell, loneLabelsText, type MeasuredAdaptation } from '@leukoscope/training';
import type { Style } from '../framework/style.ts';
import { plural } from '../framework/text-table.ts';
import { comparisonText } from './comparison-text.ts';

/** Write it. */
export function adaptText(
  { name, parent, data, groups, candidate, refusals, holdout }: MeasuredAdaptation,
  cells: readonly LabelledCell[],
  out: string,
  style: Style,
  columns: number | undefined,
): string {
  const lines = [
    `${style.bold(name)} from ${parent.name}: ${plural(cells.length, 'cell')} of ${plural(groups, 'slide or picture', 'slides or pictures')}`,
    ...data.map(
      ({ name: set, notFound, notTyped }) =>
        `  ${set}: ${notFound} labelled cells were not found, ${notTyped} are of no type of the model`,
    ),
  ];
  if (candidate !== undefined) {
    const { here, there, doubt, contradicting, suspicious, changed, byAuthor } = candidate;
    lines.push(
      '',
      style.bold(`Here, on ${holdout > 0 ? 'slides held apart' : 'cells held apart by fifths'}`),
      comparisonText(here, 'Adapted', style, columns),
      ...(candidate.loneLabels.length === 0 ? [] : [loneLabelsText(candidate.loneLabels)]),
      '',
      style.bold("There, on stored cells of the parent's laboratories"),
      comparisonText(there, 'Adapted', style, columns),
      '',
      `flagged as not sure: ${percent(doubt.ofWrong)} of wrong types, ${percent(doubt.ofRight)} of right ones`,
      `labels: ${contradicting.length} contradict another cell, ${suspicious.length} are doubtful${authorsText(byAuthor)}; ${plural(changed.length, 'cell')} would change type (adaptation.json lists them)`,
    );
  }
  lines.push(
    '',
    ...(refusals.length === 0
      ? [
          `${style.green('offered')}: ${out} opens as a model: leukoscope analyze PATH --model ${out}`,
        ]
      : [
          `${style.red('refused')}, no model was written; ${out}/adaptation.json holds the figures`,
          ...refusals.map(({ reason }) => `  ${reason}`),
        ]),
    style.dim('For research use only, not for diagnosis.'),
  );
  return lines.join('\n');
}

function authorsText(
  byAuthor: readonly { author: string | undefined; cells: number; suspicious: number }[],
) {
  const named = byAuthor.flatMap(({ author, cells, suspicious }) =>
    author === undefined ? [] : [`${author} ${suspicious} of ${cells}`],
  );
  return named.length === 0 ? '' : ` (${named.join(', ')})`;
}

function percent(share: number): string {
  return `${Number((100 * share).toFixed(1))} %`;
}
