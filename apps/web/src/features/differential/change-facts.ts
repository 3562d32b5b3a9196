/**
 * @file Changes a case's own facts from its newest revision.
 *
 * Revisions count all facts together: when somebody changed another one meanwhile, the change is repeated
 * from the new revision; when it was this very fact, nobody's word is overwritten.
 */
import type { Case } from '@leukoscope/contract';
import { messageOf } from '@leukoscope/core';
import { ApiError, api } from '../../state/api.ts';
import type { CaseStore } from '../../state/case-store.ts';
import { connection } from '../../state/live-events.ts';

/** Facts that are changed beside the text of the conclusion, which saves itself. */
export type FactChange = Partial<Pick<Case, 'targetCells' | 'leukocytesE9PerLitre'>>;

/** Change facts; returns why it was refused, or null when it is saved. */
export async function changeFacts(store: CaseStore, change: FactChange): Promise<string | null> {
  const state = store.get();
  if (state.status !== 'ready') return 'The case is not open yet. Wait a moment.';
  const before = state.open.case;
  const params = { id: before.id };
  try {
    try {
      await api.changeCase({ params, body: { ...change, revision: before.revision } });
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 'REVISION_STALE') throw error;
      const now = await api.getCase({ params });
      if (isChanged(before, now, change)) {
        await store.reload();
        return 'Somebody else changed this meanwhile; it now shows their value. Look again and repeat.';
      }
      await api.changeCase({ params, body: { ...change, revision: now.revision } });
    }
    await followChange(store);
    return null;
  } catch (error) {
    return messageOf(error);
  }
}

/** The event of the change brings the case up to date; without a connection it must be asked for. */
export async function followChange(store: CaseStore): Promise<void> {
  if (connection.get() !== 'live') await store.reload();
}

function isChanged(before: Case, now: Case, change: FactChange): boolean {
  return (
    (change.targetCells !== undefined && now.targetCells !== before.targetCells) ||
    (change.leukocytesE9PerLitre !== undefined &&
      now.leukocytesE9PerLitre !== before.leukocytesE9PerLitre)
  );
}
