/**
 * @file Is an answer right? A cell is judged as finely as its label says, and as the model can tell: "neutrophil" asks for a
 * neutrophil of any age, "band neutrophil" for just that, "myeloblast" for a blast where the model knows no finer one.
 */
import {
  type CellClass,
  coarsen,
  probabilityByRow,
  reportClass,
  taxonomies,
  type TypeDepth,
} from '@leukoscope/core';

const five: readonly CellClass[] = taxonomies.five.classes;

/** The row of a table that a label asks for, and how fine that table is. */
function rowOf(label: CellClass, classes: readonly CellClass[]) {
  const known = coarsen(label, classes) ?? label;
  // What the model does not tell by itself is a row of the coarser table: "immature granulocyte".
  const isCoarse = five.includes(known) || !classes.includes(known);
  const depth: TypeDepth = isCoarse ? 'five' : 'fine';
  return { depth, row: reportClass(known, depth) };
}

/** The probability that an answer gives to what a label says. */
export function probabilityOfLabel(
  probabilities: readonly number[],
  classes: readonly CellClass[],
  label: CellClass,
): number {
  const { depth, row } = rowOf(label, classes);
  return probabilityByRow(probabilities, classes, depth).get(row) ?? 0;
}

/** The type that an answer names, as finely as the label. */
export function answerFor(
  probabilities: readonly number[],
  classes: readonly CellClass[],
  label: CellClass,
): CellClass {
  const rows = [...probabilityByRow(probabilities, classes, rowOf(label, classes).depth)];
  return rows.reduce((a, b) => (b[1] > a[1] ? b : a))[0];
}

/** Tell whether an answer names what the label says. */
export function isRight(
  probabilities: readonly number[],
  classes: readonly CellClass[],
  label: CellClass,
): boolean {
  return answerFor(probabilities, classes, label) === rowOf(label, classes).row;
}
