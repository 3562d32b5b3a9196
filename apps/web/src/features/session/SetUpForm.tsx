/** @file Makes the first administrator. */
import { useState } from 'react';
import { useLocation } from 'wouter';
import { NewPasswordFields, newPasswordFault } from '../../components/NewPasswordFields.tsx';
import { SubmitForm } from '../../components/SubmitForm.tsx';
import { TextField } from '../../components/TextField.tsx';
import { api } from '../../state/api.ts';
import { beginSession } from '../../state/session-store.ts';

/** Asks for the first account; `token` is that of the one-time link. */
export function SetUpForm({ token }: { readonly token: string }) {
  const [, go] = useLocation();
  const [name, setName] = useState('');
  const [displayName, setDisplayName] = useState('');
  const [next, setNext] = useState({ password: '', repeated: '' });
  const submit = async () => {
    const body = { token, name, displayName, password: next.password };
    const session = await api.setUp({ body });
    go('/', { replace: true });
    beginSession(session);
  };
  return (
    <>
      <h2>First start</h2>
      <p>
        Make the administrator of this server. Accounts of others are made afterwards, under
        Accounts.
      </p>
      <SubmitForm
        submitText="Make the administrator"
        check={() => newPasswordFault(next)}
        onSubmit={submit}
      >
        <TextField
          label="Your name"
          hint="As it stands in histories and reports."
          isRequired
          maxLength={120}
          autoComplete="name"
          value={displayName}
          onChange={setDisplayName}
        />
        <TextField
          label="Name to sign in with"
          hint="2 to 64 of a-z 0-9 . _ @ -"
          isRequired
          isSignInName
          maxLength={64}
          autoComplete="username"
          value={name}
          onChange={setName}
        />
        <NewPasswordFields value={next} onChange={setNext} />
      </SubmitForm>
    </>
  );
}
