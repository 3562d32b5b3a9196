/** @file The second step of signing in: a code of the app, a passkey, or a recovery code. */
import type { SecondFactorKind, SecondStep, SecondStepProof } from '@leukoscope/contract';
import { startAuthentication } from '@simplewebauthn/browser';
import { useState } from 'react';
import { Button } from '../../components/Button.tsx';
import { SubmitForm } from '../../components/SubmitForm.tsx';
import { TextField } from '../../components/TextField.tsx';
import { api } from '../../state/api.ts';
import { beginSession } from '../../state/session-store.ts';
import { codeOf } from './code-of.ts';
import { passkeyFault, requestOptions } from './passkey-words.ts';

const others: Readonly<Record<SecondFactorKind, string>> = {
  totp: 'Use the app',
  passkey: 'Use a passkey',
  'recovery-codes': 'Use a recovery code',
};

/** Asks for what the account has; the person may go back to name and password. */
export function SecondStepForm(props: {
  readonly step: SecondStep;
  readonly onCancel: () => void;
}) {
  const { step, onCancel } = props;
  const [kind, setKind] = useState<SecondFactorKind>(step.kinds[0] ?? 'recovery-codes');
  const [code, setCode] = useState('');
  const submit = async () => {
    const proof = await proofOf(step, kind, code);
    beginSession(await api.finishSignIn({ body: { token: step.token, proof } }));
  };
  return (
    <>
      <h2>Second step</h2>
      <SubmitForm
        submitText={kind === 'passkey' ? 'Use the passkey' : 'Sign in'}
        onSubmit={submit}
        onCancel={onCancel}
      >
        <ProofField kind={kind} code={code} onCode={setCode} />
      </SubmitForm>
      {step.kinds
        .filter((other) => other !== kind)
        .map((other) => (
          <Button
            key={other}
            look="quiet"
            onClick={() => {
              setKind(other);
              setCode('');
            }}
          >
            {others[other]}
          </Button>
        ))}
    </>
  );
}

function ProofField(props: {
  readonly kind: SecondFactorKind;
  readonly code: string;
  readonly onCode: (code: string) => void;
}) {
  const { kind, code, onCode } = props;
  switch (kind) {
    case 'totp':
      return (
        <TextField
          key="totp"
          label="Code that your app shows"
          isRequired
          hasFocus
          autoComplete="one-time-code"
          maxLength={12}
          value={code}
          onChange={onCode}
        />
      );
    case 'recovery-codes':
      return (
        <TextField
          key="recovery-codes"
          label="Recovery code"
          hint="One that you have not used yet."
          isRequired
          hasFocus
          isSignInName
          maxLength={80}
          value={code}
          onChange={onCode}
        />
      );
    case 'passkey':
      return <p>Your browser asks for the passkey: a touch, a look or a PIN.</p>;
  }
}

async function proofOf(
  { passkey }: SecondStep,
  kind: SecondFactorKind,
  code: string,
): Promise<SecondStepProof> {
  if (kind === 'totp') return { kind, code: codeOf(code) };
  if (kind === 'recovery-codes') return { kind, code: code.trim() };
  const answer = await startAuthentication({ optionsJSON: requestOptions(passkey ?? {}) }).catch(
    (error: unknown) => {
      throw passkeyFault(error);
    },
  );
  return {
    kind,
    answer: { ...answer, clientExtensionResults: { ...answer.clientExtensionResults } },
  };
}
