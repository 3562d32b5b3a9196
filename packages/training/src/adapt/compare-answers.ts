/** @file The answers of two models about the same cells, side by side: as a whole and by type, with exact limits. */
import { type CellClass, clopperPearson, type Interval } from '@leukoscope/core';
import { mcNemar } from '@leukoscope/metrics';
import { answerFor, isRight } from './judge-type.ts';

/** A share with its limits. */
export interface CountedRight extends Interval {
  readonly right: number;
  readonly cells: number;
  readonly share: number;
}

/** Before and after on the same cells. */
export interface AnswerComparison {
  readonly cells: number;
  readonly parent: CountedRight;
  readonly candidate: CountedRight;
  /** Cells that only the candidate, and only the parent, is right about. */
  readonly gained: number;
  readonly lost: number;
  /** Of as large a difference by chance alone (McNemar, exact, two-sided). */
  readonly pValue: number;
  readonly byType: readonly {
    readonly label: CellClass;
    readonly parent: CountedRight;
    readonly candidate: CountedRight;
  }[];
  /** What the candidate calls cells of each label that it found. */
  readonly confusion: readonly {
    readonly label: CellClass;
    readonly answer: CellClass;
    readonly cells: number;
  }[];
}

/** What a model says of the labelled cells. */
export interface ModelAnswers {
  readonly classes: readonly CellClass[];
  /** By cell; undefined: the model did not find it, which is not right. */
  readonly probabilities: readonly (readonly number[] | undefined)[];
}

/** Compare a candidate's answers with its parent's. */
export function compareAnswers(
  labels: readonly CellClass[],
  parent: ModelAnswers,
  candidate: ModelAnswers,
): AnswerComparison {
  const rights = ({ classes, probabilities }: ModelAnswers) =>
    probabilities.map((p, n) => p !== undefined && isRight(p, classes, labels[n]!));
  const before = rights(parent);
  const after = rights(candidate);
  const { onlyFirst, onlySecond, pValue } = mcNemar(after, before);
  const kinds = [...new Set(labels)].sort();
  const confusion = new Map<string, { label: CellClass; answer: CellClass; cells: number }>();
  candidate.probabilities.forEach((p, n) => {
    if (p === undefined) return;
    const label = labels[n]!;
    const answer = answerFor(p, candidate.classes, label);
    const key = `${label} ${answer}`;
    const { cells } = confusion.get(key) ?? { cells: 0 };
    confusion.set(key, { label, answer, cells: cells + 1 });
  });
  return {
    cells: labels.length,
    parent: counted(before),
    candidate: counted(after),
    gained: onlyFirst,
    lost: onlySecond,
    pValue,
    byType: kinds.map((label) => {
      const own = (flags: readonly boolean[]) => flags.filter((_, n) => labels[n] === label);
      return { label, parent: counted(own(before)), candidate: counted(own(after)) };
    }),
    confusion: [...confusion.values()],
  };
}

function counted(flags: readonly boolean[]): CountedRight {
  const right = flags.filter(Boolean).length;
  const cells = flags.length;
  return { right, cells, share: right / cells, ...clopperPearson(right, cells) };
}
