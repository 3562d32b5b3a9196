/** @file The second step of signing in: a code of the app, or a recovery code. */
import type { SecondStep } from '@leukoscope/contract';
import { useState } from 'react';
import { Button } from '../../components/Button.tsx';
import { SubmitForm } from '../../components/SubmitForm.tsx';
import { TextField } from '../../components/TextField.tsx';
import { api } from '../../state/api.ts';
import { beginSession } from '../../state/session-store.ts';
import { codeOf } from './code-of.ts';

/** Asks for the code; the person may go back to name and password. */
export function SecondStepForm(props: {
  readonly step: SecondStep;
  readonly onCancel: () => void;
}) {
  const { step, onCancel } = props;
  const { token } = step;
  const [kind, setKind] = useState<'totp' | 'recovery-codes'>('totp');
  const [code, setCode] = useState('');
  const choose = (next: typeof kind) => {
    setKind(next);
    setCode('');
  };
  const submit = async () => {
    const proof = { kind, code: kind === 'totp' ? codeOf(code) : code.trim() };
    beginSession(await api.finishSignIn({ body: { token, proof } }));
  };
  return (
    <>
      <h2>Second step</h2>
      <SubmitForm submitText="Sign in" onSubmit={submit} onCancel={onCancel}>
        {kind === 'totp' ? (
          <TextField
            key="totp"
            label="Code that your app shows"
            isRequired
            hasFocus
            autoComplete="one-time-code"
            maxLength={12}
            value={code}
            onChange={setCode}
          />
        ) : (
          <TextField
            key="recovery-codes"
            label="Recovery code"
            hint="One that you have not used yet."
            isRequired
            hasFocus
            isSignInName
            maxLength={80}
            value={code}
            onChange={setCode}
          />
        )}
      </SubmitForm>
      {kind === 'totp' ? (
        <Button look="quiet" onClick={() => choose('recovery-codes')}>
          Use a recovery code
        </Button>
      ) : (
        <Button look="quiet" onClick={() => choose('totp')}>
          Use the app
        </Button>
      )}
    </>
  );
}
