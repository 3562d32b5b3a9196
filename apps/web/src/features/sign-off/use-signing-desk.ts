/** @file Opens the signing desk on the open case: the conclusion is saved first, and every change is read at once. */
import type { HistoryEntry } from '@leukoscope/contract';
import { useEffect, useState } from 'react';
import { useStore } from '../../components/use-store.ts';
import { api } from '../../state/api.ts';
import { fetchHistory } from '../../state/fetch-case.ts';
import { sessionStore } from '../../state/session-store.ts';
import { useCaseStore, useOpenCase } from '../case/case-context.ts';
import { useConclusion } from './conclusion-of-case.ts';
import { openSigningDesk, type SigningDesk } from './signing-desk.ts';

/** Open the desk; `isUnsaved`: the conclusion on the screen is not what the server has. */
export function useSigningDesk(): { readonly desk: SigningDesk; readonly isUnsaved: boolean } {
  const store = useCaseStore();
  const { id, sequence } = useOpenCase().case;
  const conclusion = useConclusion();
  const me = useStore(sessionStore)?.user?.id;
  const [isUnsaved, setUnsaved] = useState(false);
  const [desk] = useState(() =>
    openSigningDesk({
      api,
      caseId: id,
      shownSequence: sequence,
      historyAfter: (after) => fetchHistory(api, id, after),
      isOwn: (entry) => store.isOwn(entry.id) || (entry.by.id === me && isConclusion(entry)),
    }),
  );
  useEffect(() => {
    // What is signed must be what stands in the editor behind this.
    void conclusion.flush().then((saved) => (saved === 'saved' ? desk.read() : setUnsaved(true)));
  }, [conclusion, desk]);
  useEffect(() => {
    const { signing } = desk.get();
    if (signing !== undefined && sequence > signing.sequence) void desk.read();
  }, [desk, sequence]);
  return { desk, isUnsaved };
}

/** The text that the signer wrote here and reads here. */
function isConclusion({ action, changes }: HistoryEntry): boolean {
  const keys = changes.flatMap(({ after }) => Object.keys(after ?? {}));
  return action === 'case.changed' && keys.every((key) => key === 'conclusion');
}
