/**
 * @file What somebody sees who is not signed in: signing in, here or by the organisation's provider, or the first
 * start by the one-time link.
 */
import { useState } from 'react';
import { useLocation } from 'wouter';
import { Notice } from '../../components/Notice.tsx';
import { usePageTitle } from '../../components/use-page-title.ts';
import { useStore } from '../../components/use-store.ts';
import { sessionEnded, sessionStore } from '../../state/session-store.ts';
import { Doorway } from './Doorway.tsx';
import { ProviderButton } from './ProviderButton.tsx';
import { SetUpForm } from './SetUpForm.tsx';
import { SignInForm } from './SignInForm.tsx';

/** Signing in, or setting up. After it one is where one wanted to go. */
export default function SignInPage() {
  const [location] = useLocation();
  const session = useStore(sessionStore);
  const hasEnded = useStore(sessionEnded);
  // The link's token stands behind the #: it reaches neither logs nor other sites.
  const [token] = useState(() => (location === '/setup' ? globalThis.location.hash.slice(1) : ''));
  const needsSetup = session?.needsSetup === true;
  usePageTitle(needsSetup ? 'First start' : 'Sign in');
  return (
    <Doorway>
      {hasEnded && (
        <Notice kind="note">
          Your session has ended. Sign in to go on where you were; what you did is saved.
        </Notice>
      )}
      {!needsSetup && <SignInForm />}
      {!needsSetup && typeof session?.provider === 'string' && (
        <ProviderButton name={session.provider} />
      )}
      {needsSetup && token === '' && (
        <Notice kind="warn">
          No administrator has been made yet. Open the one-time link that the server printed when it
          started; restart the server for a new one.
        </Notice>
      )}
      {needsSetup && token !== '' && <SetUpForm token={token} />}
    </Doorway>
  );
}
