/** @file Sends what an earlier page left in this browser, and says what of it was refused. */
import { useEffect, useState } from 'react';
import { Link, useLocation } from 'wouter';
import { Notice } from '../../components/Notice.tsx';
import { useStore } from '../../components/use-store.ts';
import { openCase, pageParts } from '../../state/case-store.ts';
import { casesWithUnsent } from '../../state/outbox.ts';
import { type LeftoverFault, sendLeftovers } from '../../state/send-leftovers.ts';
import { sessionStore } from '../../state/session-store.ts';

/** Nothing to see, unless something was refused. Once a page, as soon as somebody is signed in. */
export function Leftovers() {
  const user = useStore(sessionStore)?.user;
  const id = user?.id;
  const name = user?.displayName;
  const [location] = useLocation();
  // The case that is open sends its own.
  const [here] = useState(location);
  const [faults, setFaults] = useState<readonly LeftoverFault[]>([]);
  useEffect(() => {
    if (id === undefined || name === undefined) return;
    return sendLeftovers({
      caseIds: casesWithUnsent(id, localStorage).filter((caseId) => !here.includes(caseId)),
      open: (caseId) => openCase(caseId, pageParts(caseId, { kind: 'user', id, name })),
      onFault: (fault) => setFaults((old) => [...old, fault]),
    });
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
