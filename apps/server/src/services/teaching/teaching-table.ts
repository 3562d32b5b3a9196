/** @file Finished rounds as a table for spreadsheets: who, when, how many were right, kappa. */
import type { TeachingSummary } from '@leukoscope/contract';
import { toCsv } from '@leukoscope/metrics';

/** Write it, newest first. */
export function toTeachingTable(rounds: readonly TeachingSummary[]): string {
  return toCsv(
    ['person', 'started', 'finished', 'cells', 'same', 'share', 'low', 'high', 'kappa'],
    rounds.flatMap(({ by, startedAt, finishedAt, result }) =>
      result === null
        ? []
        : [
            [
              by.name,
              startedAt,
              finishedAt,
              result.cells,
              result.same,
              result.same / result.cells,
              result.low,
              result.high,
              result.kappa,
            ],
          ],
    ),
  );
}
