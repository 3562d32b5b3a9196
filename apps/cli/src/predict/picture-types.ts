/** @file One type a picture, as the table of probabilities that `evaluate` reads. */
import { type CellClass, type Finding, probabilityByRow, type TypeDepth } from '@leukoscope/core';

/** A picture and its probabilities. */
export interface TypedPicture {
  readonly file: string;
  /** In the order of the model's classes. */
  readonly probabilities: readonly number[];
}

/**
 * Return the surest cell of a picture, wherever it lies: the top box decides, as in the recognition paper (Wang et al.
 * 2019). A detector that gives no probabilities is certain of the type that it says.
 */
export function typeOfTop(
  findings: readonly Finding[],
  classes: readonly CellClass[],
): Finding | undefined {
  const [top, ...others] = findings;
  if (top === undefined) return undefined;
  const surest = others.reduce((best, own) => (own.score > best.score ? own : best), top);
  const certain = classes.map((_, k) => Number(k === surest.classIndex));
  return { ...surest, probabilities: surest.probabilities ?? certain };
}

/** Write the table: a column for each type, rows that sum to 1. */
export function probabilityTable(
  pictures: readonly TypedPicture[],
  classes: readonly CellClass[],
  depth: TypeDepth,
): string {
  const rows = pictures.map(({ file, probabilities }) => ({
    file,
    sums: probabilityByRow(probabilities, classes, depth),
  }));
  const types = [...rows[0]!.sums.keys()];
  const lines = rows.map(({ file, sums }) =>
    [quoted(file), ...types.map((type) => Number(Math.min(1, sums.get(type)!).toFixed(6)))].join(),
  );
  return `${[['file', ...types].join(), ...lines].join('\n')}\n`;
}

function quoted(text: string): string {
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
