/**
 * @file Accuracy, precision, recall, F1 and specificity from a confusion matrix: per class, macro
 * (mean over classes), micro (over pooled counts) and weighted (by the classes' cells).
 *
 * A class that occurs neither in truth nor in prediction has no scores (`null`) and is left out of the
 * means; any other 0 / 0 of precision, recall and F1 is 0. That is scikit-learn's default. Specificity is
 * null where every cell is of the class. With one label per cell, micro precision, recall and F1 all equal
 * the accuracy; micro specificity is pooled one-vs-rest.
 */
import type { ConfusionMatrix } from './confusion-matrix.ts';

/** One-vs-rest scores. */
export interface Scores {
  readonly precision: number | null;
  readonly recall: number | null;
  readonly f1: number | null;
  readonly specificity: number | null;
}

/** Scores of one class. */
export interface ClassScores extends Scores {
  readonly name: string;
  /** True cells of the class. */
  readonly support: number;
  /** Cells given the class. */
  readonly predicted: number;
}

/** All scores of a classifier. */
export interface ClassificationScores {
  readonly cells: number;
  readonly accuracy: number;
  /** Mean of the recalls of the classes that have cells. */
  readonly balancedAccuracy: number;
  readonly classes: readonly ClassScores[];
  readonly macro: Scores;
  readonly micro: Scores;
  readonly weighted: Scores;
}

interface Pooled {
  readonly tp: number;
  readonly fp: number;
  readonly fn: number;
  readonly tn: number;
}

const scoreNames = ['precision', 'recall', 'f1', 'specificity'] as const;

/** Compute all scores. */
export function classificationScores(matrix: ConfusionMatrix): ClassificationScores {
  const { counts, classNames } = matrix;
  const rows = counts.map((row) => row.reduce((sum, value) => sum + value, 0));
  const columns = counts.map((_, k) => counts.reduce((sum, row) => sum + row[k]!, 0));
  const cells = rows.reduce((sum, value) => sum + value, 0);
  const pooled = counts.map((row, k): Pooled => {
    const tp = row[k]!;
    const [fn, fp] = [rows[k]! - tp, columns[k]! - tp];
    return { tp, fp, fn, tn: cells - tp - fp - fn };
  });
  const classes = classNames.map((name, k) => ({
    name,
    support: rows[k]!,
    predicted: columns[k]!,
    ...scoresOf(pooled[k]!),
  }));
  const recalls = classes.filter((c) => c.support > 0).map((c) => c.recall!);
  return {
    cells,
    accuracy: pooled.reduce((sum, { tp }) => sum + tp, 0) / cells,
    balancedAccuracy: recalls.reduce((sum, recall) => sum + recall, 0) / recalls.length,
    classes,
    macro: average(classes, () => 1),
    micro: scoresOf({
      tp: pooled.reduce((sum, { tp }) => sum + tp, 0),
      fp: pooled.reduce((sum, { fp }) => sum + fp, 0),
      fn: pooled.reduce((sum, { fn }) => sum + fn, 0),
      tn: pooled.reduce((sum, { tn }) => sum + tn, 0),
    }),
    weighted: average(classes, (c) => c.support),
  };
}

function scoresOf({ tp, fp, fn, tn }: Pooled): Scores {
  const isAbsent = tp + fp + fn === 0;
  const share = (part: number, whole: number) => (whole === 0 ? 0 : part / whole);
  return {
    precision: isAbsent ? null : share(tp, tp + fp),
    recall: isAbsent ? null : share(tp, tp + fn),
    f1: isAbsent ? null : share(2 * tp, 2 * tp + fp + fn), // 2PR / (P + R)
    specificity: tn + fp === 0 ? null : tn / (tn + fp),
  };
}

function average(classes: readonly ClassScores[], weightOf: (c: ClassScores) => number): Scores {
  const means = scoreNames.map((name) => {
    const known = classes.filter((c) => c[name] !== null && c.predicted + c.support > 0);
    const weight = known.reduce((sum, c) => sum + weightOf(c), 0);
    if (weight === 0) return [name, null] as const;
    return [name, known.reduce((sum, c) => sum + c[name]! * weightOf(c), 0) / weight] as const;
  });
  const [precision, recall, f1, specificity] = means.map(([, value]) => value);
  return {
    precision: precision ?? null,
    recall: recall ?? null,
    f1: f1 ?? null,
    specificity: specificity ?? null,
  };
}
