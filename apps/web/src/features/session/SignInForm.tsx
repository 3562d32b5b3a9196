/** @file Signs in with name and password, and the second step where there is one. */
import type { SecondStep } from '@leukoscope/contract';
import { useState } from 'react';
import { PasswordField } from '../../components/PasswordField.tsx';
import { SubmitForm } from '../../components/SubmitForm.tsx';
import { TextField } from '../../components/TextField.tsx';
import { api } from '../../state/api.ts';
import { beginSession } from '../../state/session-store.ts';
import { SecondStepForm } from './SecondStepForm.tsx';

/** Asks for name and password, then for what else the account needs. */
export function SignInForm() {
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [step, setStep] = useState<SecondStep | null>(null);
  const submit = async () => {
    const { secondStep, ...session } = await api.signIn({ body: { name, password } });
    setPassword('');
    if (secondStep === null) beginSession(session);
    else setStep(secondStep);
  };
  if (step !== null) return <SecondStepForm step={step} onCancel={() => setStep(null)} />;
  return (
    <SubmitForm submitText="Sign in" onSubmit={submit}>
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
