/** @file Makes an account. */
import { type Role, roles } from '@leukoscope/contract';
import { useState } from 'react';
import { Dialog } from '../../components/Dialog.tsx';
import { Field } from '../../components/Field.tsx';
import { NewPasswordFields, newPasswordFault } from '../../components/NewPasswordFields.tsx';
import { SubmitForm } from '../../components/SubmitForm.tsx';
import { TextField } from '../../components/TextField.tsx';
import { api } from '../../state/api.ts';
import { roleWords } from './role-words.ts';

/** Asks for the facts of an account. */
export function NewUserDialog(props: {
  readonly onClose: () => void;
  readonly onDone: () => void;
}) {
  const { onClose, onDone } = props;
  const [displayName, setDisplayName] = useState('');
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('reviewer');
  const [next, setNext] = useState({ password: '', repeated: '' });
  const submit = async () => {
    await api.createUser({ body: { name, displayName, role, password: next.password } });
    onDone();
  };
  return (
    <Dialog title="New account" onClose={onClose} width={460}>
      <SubmitForm
        submitText="Make the account"
        check={() => newPasswordFault(next)}
        onSubmit={submit}
        onCancel={onClose}
      >
        <TextField
          label="Name"
          hint="As it stands in histories and reports."
          isRequired
          maxLength={120}
          value={displayName}
          onChange={setDisplayName}
        />
        <TextField
          label="Name to sign in with"
          hint="2 to 64 of a-z 0-9 . _ @ -"
          isRequired
          isSignInName
          maxLength={64}
          value={name}
          onChange={setName}
        />
        <Field label="Role" hint="Each may also do what the ones before it may.">
          {(control) => (
            <select
              {...control}
              value={role}
              onChange={(event) =>
                setRole(roles.find((known) => known === event.currentTarget.value) ?? role)
              }
            >
              {roles.map((known) => (
                <option key={known} value={known}>
                  {roleWords[known]}
                </option>
              ))}
            </select>
          )}
        </Field>
        <NewPasswordFields value={next} onChange={setNext} />
      </SubmitForm>
    </Dialog>
  );
}
