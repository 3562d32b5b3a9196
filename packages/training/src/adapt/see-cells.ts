/**
 * @file Cells as a model sees them, with the features that it decides from, and which of them a person has named. What a
 * reviewer saw is what is learnt from.
 */
import type { Box, CellClass, Finding, Size } from '@leukoscope/core';
import { analyseImage, type LeukocyteModel } from '@leukoscope/pipeline';
import { findNamed, isTyped, type NamedCell } from './named-cells.ts';

/** A cell that the model looked at closely. */
export type SeenCell = Required<Pick<Finding, 'box' | 'score' | 'probabilities' | 'features'>>;

/** The cells of one picture. */
export interface SeenCells {
  readonly size: Size;
  readonly cells: readonly SeenCell[];
}

/** A cell that a person named and the model found. */
export interface LabelledCell {
  readonly file: string;
  readonly box: Box;
  readonly label: CellClass;
  /** Who named it, where the data say so. */
  readonly author: string | undefined;
  /** Cells of one group are never on both sides: a slide, a patient, a picture. */
  readonly group: string;
  /** What the model says. */
  readonly probabilities: readonly number[];
  /** What it decided from, one list a view. */
  readonly views: readonly Float32Array[];
}

/** Low enough that a cell which a person saw is not lost to the threshold. */
export const lowestScore = 0.05;

/** Look at a picture; the model must have been opened with features. */
export async function seeCells(
  picture: Parameters<typeof analyseImage>[0],
  model: LeukocyteModel,
  signal?: AbortSignal,
): Promise<SeenCells> {
  const { size, findings } = await analyseImage(picture, model, {
    scoreThreshold: lowestScore,
    signal,
  });
  const cells = findings.flatMap(({ box, score, probabilities, features }) =>
    probabilities === undefined || features === undefined
      ? []
      : [{ box, score, probabilities, features }],
  );
  return { size, cells };
}

/** Find a named cell among those that the model saw. */
export function matchCell(
  { size, cells }: SeenCells,
  { box, label, author }: NamedCell,
  classes: readonly CellClass[],
): Omit<LabelledCell, 'file' | 'group'> | 'not-found' | 'not-typed' {
  if (!isTyped(label, classes)) return 'not-typed';
  const found = findNamed({ size, cells }, box);
  if (found === undefined) return 'not-found';
  const { box: seenBox, probabilities, features } = found;
  return { box: seenBox, label, author, probabilities, views: features };
}
