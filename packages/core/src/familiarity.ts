/**
 * @file How unlike the cells that a model was trained on the cells of a case are.
 *
 * A cell's probabilities, as logits around their mean, lie near those of the training cells of the type that the model
 * gives it. One cell says little; where the cells of a case lie off to one side together, laboratory, stain or microscope
 * is another. With r_i the residual of cell i in K numbers, each over its deviation in training:
 *
 *   distance = |Σ r_i / n|² / K - 1 / n
 *
 * 1 / n is what chance alone gives. Sums of pictures add up to those of their case.
 */

/** What the cells of one picture add to their case's distance. */
export interface Familiarity {
  /** Cells that were looked at. */
  readonly cells: number;
  /** Σ r_i. */
  readonly sums: readonly number[];
  /** Cases above this are unlike what the model was trained on. */
  readonly limit: number;
}

/** How far the cells of a case lie from those that the model was trained on. */
export interface CaseFamiliarity {
  readonly cells: number;
  readonly distance: number;
  readonly limit: number;
  readonly isUnfamiliar: boolean;
}

/** Fewer cells than this say nothing about their laboratory. */
const fewestCells = 10;

/** Judge a case by its pictures, all looked at with one model; undefined where there are too few cells. */
export function judgeFamiliarity(pictures: readonly Familiarity[]): CaseFamiliarity | undefined {
  const cells = pictures.reduce((sum, picture) => sum + picture.cells, 0);
  const [first] = pictures;
  if (first === undefined || cells < fewestCells) return undefined;
  const { limit, sums } = first;
  const squares = sums.map((_, k) => {
    const sum = pictures.reduce((total, picture) => total + (picture.sums[k] ?? 0), 0);
    return (sum / cells) ** 2;
  });
  const distance = squares.reduce((a, b) => a + b, 0) / sums.length - 1 / cells;
  return { cells, distance, limit, isUnfamiliar: distance > limit };
}
