/** @file The answers of two models about the same cells as a table for the terminal: by type, with exact limits. */
import { cellClasses } from '@leukoscope/core';
import type { AnswerComparison, CountedRight } from '@leukoscope/training';
import type { Style } from '../framework/style.ts';
import { textTable } from '../framework/text-table.ts';

/** Write it; `candidate` is what the second model is called. */
export function comparisonText(
  { byType, parent, candidate: other, gained, lost, pValue }: AnswerComparison,
  candidate: string,
  style: Style,
  columns: number | undefined,
): string {
  const row = (title: string, before: CountedRight, after: CountedRight) => [
    title,
    before.cells,
    shareText(before),
    shareText(after),
  ];
  return [
    textTable(
      ['Type', 'Cells', 'Parent', candidate],
      [
        ...byType.map((type) => row(cellClasses[type.label].name, type.parent, type.candidate)),
        row('all', parent, other),
      ],
      style,
      columns,
    ),
    `${gained} won, ${lost} lost, p = ${pValue.toPrecision(2)}`,
  ].join('\n');
}

function shareText({ share, low, high }: CountedRight): string {
  return `${share.toFixed(3)} (${low.toFixed(3)} to ${high.toFixed(3)})`;
}
