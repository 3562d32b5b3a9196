/** @file Signs in with name and password. */
import { useState } from 'react';
import { PasswordField } from '../../components/PasswordField.tsx';
import { SubmitForm } from '../../components/SubmitForm.tsx';
import { TextField } from '../../components/TextField.tsx';
import { api } from '../../state/api.ts';
import { beginSession } from '../../state/session-store.ts';

/** Asks for name and password. */
export function SignInForm() {
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  return (
    <SubmitForm
      submitText="Sign in"
      onSubmit={async () => beginSession(await api.signIn({ body: { name, password } }))}
    >
      <TextField
        label="Name"
        isRequired
        isSignInName
        autoComplete="username"
        value={name}
        onChange={setName}
      />
      <PasswordField
        label="Password"
        autoComplete="current-password"
        value={password}
        onChange={setPassword}
      />
    </SubmitForm>
  );
}
