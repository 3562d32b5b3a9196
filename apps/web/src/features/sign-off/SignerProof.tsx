/** @file Asks for what shows that the one who signs is the one who is signed in. */
import { useState } from 'react';
import { Button } from '../../components/Button.tsx';
import { Notice } from '../../components/Notice.tsx';
import { PasswordField } from '../../components/PasswordField.tsx';
import { ownPasswordLabel } from './own-password.ts';
import styles from './SignOffSection.module.css';
import type { SignerProofState } from './use-signer-proof.ts';

/** The field of the password, or the way to the provider. */
export function SignerProof({ proof }: { readonly proof: SignerProofState }) {
  const { kind, session, password, isGiven, type } = proof;
  const [isOpen, setOpen] = useState(false);
  if (kind === 'none' || session === undefined) return null;
  if (kind === 'password') {
    return (
      <PasswordField
        label={ownPasswordLabel(session)}
        autoComplete="current-password"
        value={password}
        onChange={type}
      />
    );
  }
  if (isGiven) {
    return <Notice kind="good">You are confirmed by {session.provider}.</Notice>;
  }
  return (
    <div className={styles.question}>
      <p>
        {session.user?.displayName}, your account has no password here. Sign in anew at{' '}
        {session.provider} to confirm that it is you.
      </p>
      <Button
        onClick={() => {
          // A window of its own: what is typed here stays.
          window.open('/oidc?confirm', '_blank', 'popup,width=560,height=720');
          setOpen(true);
        }}
      >
        {isOpen ? 'Open the window again' : `Confirm at ${session.provider}`}
      </Button>
    </div>
  );
}
