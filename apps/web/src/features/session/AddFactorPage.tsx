/** @file What somebody sees of whom the site asks a second factor, and who has none yet. */
import { useState } from 'react';
import { Button } from '../../components/Button.tsx';
import { Notice } from '../../components/Notice.tsx';
import { usePageTitle } from '../../components/use-page-title.ts';
import { loadSession, signOut } from '../../state/session-store.ts';
import { AddPasskey } from './AddPasskey.tsx';
import { AddTotp } from './AddTotp.tsx';
import { Doorway } from './Doorway.tsx';
import { canMakePasskeys } from './passkey-words.ts';
import { RecoveryCodes } from './RecoveryCodes.tsx';

/** Adds a second factor; then the application opens. */
export default function AddFactorPage() {
  usePageTitle('Second factor');
  const [codes, setCodes] = useState<readonly string[]>();
  const [means, setMeans] = useState<'app' | 'passkey'>('app');
  const onAdded = (made: readonly string[] | null) => {
    if (made === null) void loadSession();
    else setCodes(made);
  };
  return (
    <Doorway>
      {codes === undefined ? (
        <>
          <Notice kind="note">
            This site asks people with your role to sign in with a second factor beside the
            password. Add one to go on.
          </Notice>
          {means === 'app' ? <AddTotp onAdded={onAdded} /> : <AddPasskey onAdded={onAdded} />}
          {canMakePasskeys && (
            <Button look="quiet" onClick={() => setMeans(means === 'app' ? 'passkey' : 'app')}>
              {means === 'app' ? 'Use a passkey instead' : 'Use an app instead'}
            </Button>
          )}
          <Button look="quiet" onClick={() => void signOut()}>
            Sign out
          </Button>
        </>
      ) : (
        <RecoveryCodes codes={codes} onDone={() => void loadSession()} />
      )}
    </Doorway>
  );
}
