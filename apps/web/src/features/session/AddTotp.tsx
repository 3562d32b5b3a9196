/** @file Adds an app of one-time codes: the password, the secret as a QR code, a first code of the app. */
import type { NewTotp } from '@leukoscope/contract';
import { useState } from 'react';
import { SubmitForm } from '../../components/SubmitForm.tsx';
import { TextField } from '../../components/TextField.tsx';
import { api } from '../../state/api.ts';
import { codeOf } from './code-of.ts';
import { PasswordStep } from './PasswordStep.tsx';
import { QrCode } from './QrCode.tsx';
import styles from './SecondFactors.module.css';

/** The steps; `onAdded` is given the recovery codes, if there are new ones. */
export function AddTotp(props: {
  readonly onAdded: (recoveryCodes: readonly string[] | null) => void;
  readonly onCancel?: (() => void) | undefined;
}) {
  const { onAdded, onCancel } = props;
  const [begun, setBegun] = useState<NewTotp>();
  const [code, setCode] = useState('');
  const [name, setName] = useState('My phone');
  if (begun === undefined) {
    return (
      <PasswordStep
        submitText="Go on"
        onPassword={async (password) => setBegun(await api.beginTotp({ body: { password } }))}
        onCancel={onCancel}
      >
        <p>
          An app on your phone, such as Aegis, 2FAS or Google Authenticator, shows a code of six
          digits that changes every half minute. Signing in asks for it after the password.
        </p>
      </PasswordStep>
    );
  }
  const confirm = async () => {
    const { token } = begun;
    const body = { token, code: codeOf(code), name: name.trim() };
    const { recoveryCodes } = await api.confirmTotp({ body });
    onAdded(recoveryCodes);
  };
  return (
    <SubmitForm
      submitText="Add the app"
      onSubmit={confirm}
      {...(onCancel !== undefined && { onCancel })}
    >
      <p>Scan this with the app:</p>
      <QrCode text={begun.uri} label="QR code with the secret for the app" />
      <p>Or type the secret into it:</p>
      <p className={styles.secret}>
        <code>{begun.secret.match(/.{1,4}/g)?.join(' ')}</code>
      </p>
      <TextField
        label="Code that the app shows"
        isRequired
        autoComplete="one-time-code"
        maxLength={12}
        value={code}
        onChange={setCode}
      />
      <TextField
        label="Name of the app or phone"
        hint="So that you know it again in the list."
        isRequired
        maxLength={80}
        value={name}
        onChange={setName}
      />
    </SubmitForm>
  );
}
