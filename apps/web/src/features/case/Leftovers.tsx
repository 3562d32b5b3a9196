/**
 * @file Sends what waits in this browser for cases that are not open: a laptop that was closed in the middle
 * of a case must not need that case opened again for its reviews to arrive.
 */
import { useEffect, useState } from 'react';
import { Link, useLocation } from 'wouter';
import { Notice } from '../../components/Notice.tsx';
import { useStore } from '../../components/use-store.ts';
import { openCase, pageParts } from '../../state/case-store.ts';
import { casesWithUnsent } from '../../state/outbox.ts';
import { sessionStore } from '../../state/session-store.ts';

interface Fault {
  readonly caseId: string;
  readonly number: string;
  readonly message: string;
}

/** Nothing to see, unless something was refused. Once a page, as soon as somebody is signed in. */
export function Leftovers() {
  const user = useStore(sessionStore)?.user;
  const id = user?.id;
  const name = user?.displayName;
  const [location] = useLocation();
  // The case that is open sends its own.
  const [here] = useState(location);
  const [faults, setFaults] = useState<readonly Fault[]>([]);
  useEffect(() => {
    if (id === undefined || name === undefined) return;
    const cases = casesWithUnsent(id, localStorage).filter((caseId) => !here.includes(caseId));
    const closers = cases.map((caseId) => {
      const store = openCase(caseId, pageParts(caseId, { kind: 'user', id, name }));
      const stopFaults = store.fault.subscribe(() => {
        const message = store.fault.get();
        const state = store.get();
        if (message === null) return;
        const number = state.status === 'ready' ? state.open.case.number : 'a case';
        setFaults((old) => [...old, { caseId, number, message }]);
      });
      const close = () => {
        stop();
        stopFaults();
        store.close();
      };
      const stop = store.subscribe(() => {
        const state = store.get();
        if (state.status === 'ready' && state.open.unsent === 0) close();
      });
      return close;
    });
    return () => {
      for (const close of closers) close();
    };
  }, [id, name, here]);
  return faults.map((fault) => (
    <Notice
      key={fault.caseId + fault.message}
      kind="bad"
      onDismiss={() => setFaults((old) => old.filter((other) => other !== fault))}
    >
      <Link to={`/cases/${fault.caseId}`}>{fault.number}</Link>, sent just now from what this
      browser had kept: {fault.message}
    </Notice>
  ));
}
