/**
 * @file Sends what waits in this browser for cases that are not open: a laptop that was closed in the middle
 * of a case must not need that case opened again for its reviews to arrive.
 */
import type { CaseStore } from './case-store.ts';

/** Something of an earlier page that was refused or lost. */
export interface LeftoverFault {
  readonly caseId: string;
  readonly number: string;
  readonly message: string;
}

/** What sending works with. */
export interface LeftoverParts {
  readonly caseIds: readonly string[];
  readonly open: (caseId: string) => CaseStore;
  readonly onFault: (fault: LeftoverFault) => void;
}

/** Open each case until all of its reviews have arrived; returns how to stop. */
export function sendLeftovers({ caseIds, open, onFault }: LeftoverParts): () => void {
  const closers = caseIds.map((caseId) => {
    const store = open(caseId);
    let told: string | null = null;
    // A fault may be older than its case: what cannot be read is known before anything is fetched.
    const follow = () => {
      const state = store.get();
      if (state.status !== 'ready') return;
      const message = store.fault.get();
      if (message !== null && message !== told) {
        told = message;
        onFault({ caseId, number: state.open.case.number, message });
      }
      if (state.open.unsent === 0) close();
    };
    const stopFaults = store.fault.subscribe(follow);
    const stop = store.subscribe(follow);
    const close = () => {
      stop();
      stopFaults();
      store.close();
    };
    return close;
  });
  return () => {
    for (const close of closers) close();
  };
}
