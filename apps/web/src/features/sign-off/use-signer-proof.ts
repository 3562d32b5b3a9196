/**
 * @file What shows that the one who signs is the one who is signed in: the password, typed again, or, for accounts
 * without one, a new sign-in at the organisation's provider, which another window tells of.
 */
import type { Session } from '@leukoscope/contract';
import { useEffect, useState } from 'react';
import { onConfirmed } from '../../state/provider.ts';

/** What is asked, and what was given of it. */
export interface SignerProofState {
  /** Nothing is asked in local mode. */
  readonly kind: 'none' | 'password' | 'provider';
  readonly session: Session | undefined;
  readonly password: string;
  readonly isGiven: boolean;
  /** What goes with the request. */
  readonly body: { readonly password?: string };
  readonly type: (password: string) => void;
  /** It counts for one request. */
  readonly empty: () => void;
}

/** Ask the person of a session. */
export function useSignerProof(session: Session | undefined): SignerProofState {
  const [password, setPassword] = useState('');
  const [isConfirmed, setConfirmed] = useState(false);
  const kind = kindOf(session);
  const id = session?.user?.id;
  useEffect(() => {
    if (kind !== 'provider' || id === undefined) return;
    return onConfirmed(id, () => setConfirmed(true));
  }, [kind, id]);
  return {
    kind,
    session,
    password,
    isGiven: kind === 'none' || (kind === 'password' ? password !== '' : isConfirmed),
    body: kind === 'password' ? { password } : {},
    type: setPassword,
    empty: () => {
      setPassword('');
      setConfirmed(false);
    },
  };
}

function kindOf(session: Session | undefined): SignerProofState['kind'] {
  if (session?.mode !== 'accounts') return 'none';
  return session.user?.hasPassword === false ? 'provider' : 'password';
}
