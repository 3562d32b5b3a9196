/**
 * @file Are two models right equally often on the same cells? McNemar's test, exact: of the cells on which just one of
 * them is right, either is as likely under the null. Reference: statsmodels' mcnemar(exact=True).
 */
import { incompleteBeta, LeukoscopeError } from '@leukoscope/core';

/** Result of the test. */
export interface McNemar {
  /** Cells that only the first, and only the second, is right about. */
  readonly onlyFirst: number;
  readonly onlySecond: number;
  /** Two-sided. */
  readonly pValue: number;
}

/** Test whether two lists of rights and wrongs, cell by cell, differ. */
export function mcNemar(first: readonly boolean[], second: readonly boolean[]): McNemar {
  if (first.length !== second.length) {
    throw new LeukoscopeError(
      'METRICS_PAIRS',
      `first and second must have one length. Received ${first.length} and ${second.length}.`,
    );
  }
  const onlyFirst = first.filter((isRight, i) => isRight && !second[i]).length;
  const onlySecond = second.filter((isRight, i) => isRight && !first[i]).length;
  const n = onlyFirst + onlySecond;
  const fewer = Math.min(onlyFirst, onlySecond);
  // P(X <= k) of a binomial with share 1/2 is I_1/2(n - k, k + 1).
  const tail = n === fewer ? 1 : incompleteBeta(0.5, n - fewer, fewer + 1);
  return { onlyFirst, onlySecond, pValue: Math.min(1, 2 * tail) };
}
