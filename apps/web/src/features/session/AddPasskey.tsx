/** @file Adds a passkey: the password, a name for it, then the browser's own dialog. */
import { startRegistration } from '@simplewebauthn/browser';
import { useState } from 'react';
import { TextField } from '../../components/TextField.tsx';
import { api } from '../../state/api.ts';
import { creationOptions, passkeyFault } from './passkey-words.ts';
import { PasswordStep } from './PasswordStep.tsx';

/** The form; `onAdded` is given the recovery codes, if there are new ones. */
export function AddPasskey(props: {
  readonly onAdded: (recoveryCodes: readonly string[] | null) => void;
  readonly onCancel?: (() => void) | undefined;
}) {
  const { onAdded, onCancel } = props;
  const [name, setName] = useState('This device');
  const add = async (password: string) => {
    const { token, options } = await api.beginPasskey({ body: { password } });
    const made = await startRegistration({ optionsJSON: creationOptions(options) }).catch(
      (error: unknown) => {
        throw passkeyFault(error);
      },
    );
    const { recoveryCodes } = await api.confirmPasskey({
      body: {
        token,
        name: name.trim(),
        response: { ...made, clientExtensionResults: { ...made.clientExtensionResults } },
      },
    });
    onAdded(recoveryCodes);
  };
  return (
    <PasswordStep submitText="Add the passkey" onPassword={add} onCancel={onCancel}>
      <p>
        A passkey lies on this device, on your phone or on a security key. Signing in asks for it
        after the password: a touch, a look or a PIN, and nothing that could be read off the screen.
      </p>
      <TextField
        label="Name of the passkey"
        hint="So that you know it again in the list."
        isRequired
        maxLength={80}
        value={name}
        onChange={setName}
      />
    </PasswordStep>
  );
}
