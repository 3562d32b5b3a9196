/** @file Makes the first administrator. */
import { messageOf } from '@leukoscope/core';
import { type FormEvent, useState } from 'react';
import { useLocation } from 'wouter';
import { Button } from '../../components/Button.tsx';
import { Field } from '../../components/Field.tsx';
import { Notice } from '../../components/Notice.tsx';
import { api } from '../../state/api.ts';
import { beginSession } from '../../state/session-store.ts';
import { NewPasswordFields, newPasswordFault } from '../../components/NewPasswordFields.tsx';

/** Asks for the first account; `token` is that of the one-time link. */
export function SetUpForm({ token }: { readonly token: string }) {
  const [, go] = useLocation();
  const [name, setName] = useState('');
  const [displayName, setDisplayName] = useState('');
  const [password, setPassword] = useState({ password: '', repeated: '' });
  const [fault, setFault] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const own = newPasswordFault(password);
    setFault(own);
    if (own !== undefined) return;
    setBusy(true);
    try {
      const session = await api.setUp({
        body: { token, name, displayName, password: password.password },
      });
      go('/', { replace: true });
      beginSession(session);
    } catch (error) {
      setFault(messageOf(error));
      setBusy(false);
    }
  };
  return (
    <form className="form-stack" onSubmit={(event) => void submit(event)}>
      <h2>First start</h2>
      <p>
        Make the administrator of this server. Accounts of others are made afterwards, under
        Accounts.
      </p>
      {fault !== undefined && <Notice kind="bad">{fault}</Notice>}
      <Field label="Your name" hint="As it stands in histories and reports.">
        {(control) => (
          <input
            {...control}
            autoComplete="name"
            required
            maxLength={120}
            value={displayName}
            onChange={(event) => setDisplayName(event.currentTarget.value)}
          />
        )}
      </Field>
      <Field label="Name to sign in with" hint="2 to 64 of a-z 0-9 . _ @ -">
        {(control) => (
          <input
            {...control}
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            required
            maxLength={64}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
        )}
      </Field>
      <NewPasswordFields value={password} onChange={setPassword} />
      <Button type="submit" look="primary" disabled={isBusy}>
        Make the administrator
      </Button>
    </form>
  );
}
