/** @file Signs in with name and password. */
import { messageOf } from '@leukoscope/core';
import { type FormEvent, useState } from 'react';
import { Button } from '../../components/Button.tsx';
import { Field } from '../../components/Field.tsx';
import { Notice } from '../../components/Notice.tsx';
import { PasswordField } from '../../components/PasswordField.tsx';
import { api } from '../../state/api.ts';
import { beginSession } from '../../state/session-store.ts';

/** Asks for name and password. */
export function SignInForm() {
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [fault, setFault] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    try {
      beginSession(await api.signIn({ body: { name, password } }));
    } catch (error) {
      setFault(messageOf(error));
      setBusy(false);
    }
  };
  return (
    <form className="form-stack" onSubmit={(event) => void submit(event)}>
      {fault !== undefined && <Notice kind="bad">{fault}</Notice>}
      <Field label="Name">
        {(control) => (
          <input
            {...control}
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            required
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
        )}
      </Field>
      <PasswordField
        label="Password"
        autoComplete="current-password"
        value={password}
        onChange={setPassword}
      />
      <Button type="submit" look="primary" disabled={isBusy}>
        Sign in
      </Button>
    </form>
  );
}
