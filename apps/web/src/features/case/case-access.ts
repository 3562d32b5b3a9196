/** @file Whether the open case can be changed here and now, and if not, why. */
import { useStore } from '../../components/use-store.ts';
import { mayDo, sessionStore } from '../../state/session-store.ts';
import { useOpenCase } from './case-context.ts';

/** Why a case cannot be changed. */
export interface CaseAccess {
  readonly canChange: boolean;
  /** For people; null when it can be changed. */
  readonly reason: string | null;
}

/** Tell whether the one who looks may change the open case. */
export function useCaseAccess(): CaseAccess {
  const session = useStore(sessionStore);
  const { case: facts } = useOpenCase();
  const reason = lockReason(facts.state) ?? (mayDo(session, 'reviewer') ? null : viewerReason);
  return { canChange: reason === null, reason };
}

const viewerReason = 'Your role is to look: changes need the role reviewer.';

function lockReason(state: 'open' | 'half-signed' | 'signed' | 'discarded'): string | null {
  switch (state) {
    case 'open':
      return null;
    case 'half-signed':
      return 'Locked: the first of two signers has signed.';
    case 'signed':
      return 'Locked: the case is signed. An amendment opens it again.';
    case 'discarded':
      return 'Locked: the case is discarded.';
  }
}
