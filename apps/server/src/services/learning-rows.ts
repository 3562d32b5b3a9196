/** @file Rows of runs that learn -> resources of the contract, and what everybody hears of them. */
import type { Learning, LearningDetail } from '@leukoscope/contract';
import { announce, type Sql } from '../db/database.ts';
import type { learnings } from '../db/schema.ts';

/** A row of the table of runs. */
export type LearningRow = typeof learnings.$inferSelect;

/** Tell whether a candidate may be accepted; null until that is known. */
export function isOffered({ result, files }: Pick<LearningRow, 'result' | 'files'>) {
  return result === null ? null : result.refusals.length === 0 && files.length > 0;
}

/** Make a run. */
export function toLearning(row: Omit<LearningRow, 'card'>): Learning {
  const { id, state, parentId, progress, stage, failure, createdBy, decision } = row;
  return {
    id,
    state,
    parentId,
    progress,
    stage,
    failure,
    createdAt: row.createdAt.toISOString(),
    createdBy,
    finishedAt: row.finishedAt?.toISOString() ?? null,
    isOffered: isOffered(row),
    decision,
  };
}

/** Make a run with its result. */
export function toLearningDetail(row: LearningRow): LearningDetail {
  const { choice, result, card } = row;
  return { ...toLearning(row), choice, result, card };
}

/** Tell everybody where a run stands, when the transaction commits. */
export async function announceLearning(
  tx: Sql,
  { id, state, progress }: Pick<LearningRow, 'id' | 'state' | 'progress'>,
): Promise<void> {
  await announce(tx, JSON.stringify({ type: 'learning.changed', learningId: id, state, progress }));
}
