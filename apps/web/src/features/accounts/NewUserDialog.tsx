/** @file Makes an account. */
import { type Role, roles } from '@leukoscope/contract';
import { messageOf } from '@leukoscope/core';
import { type FormEvent, useState } from 'react';
import { Button } from '../../components/Button.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { Field } from '../../components/Field.tsx';
import { Notice } from '../../components/Notice.tsx';
import { api } from '../../state/api.ts';
import { NewPasswordFields, newPasswordFault } from '../../components/NewPasswordFields.tsx';
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
  const [password, setPassword] = useState({ password: '', repeated: '' });
  const [fault, setFault] = useState<string>();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const own = newPasswordFault(password);
    setFault(own);
    if (own !== undefined) return;
    try {
      await api.createUser({ body: { name, displayName, role, password: password.password } });
      onDone();
    } catch (error) {
      setFault(messageOf(error));
    }
  };
  return (
    <Dialog title="New account" onClose={onClose} width={460}>
      <form className="form-stack" onSubmit={(event) => void submit(event)}>
        {fault !== undefined && <Notice kind="bad">{fault}</Notice>}
        <Field label="Name" hint="As it stands in histories and reports.">
          {(control) => (
            <input
              {...control}
              required
              maxLength={120}
              autoComplete="off"
              value={displayName}
              onChange={(event) => setDisplayName(event.currentTarget.value)}
            />
          )}
        </Field>
        <Field label="Name to sign in with" hint="2 to 64 of a-z 0-9 . _ @ -">
          {(control) => (
            <input
              {...control}
              required
              maxLength={64}
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
            />
          )}
        </Field>
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
        <NewPasswordFields value={password} onChange={setPassword} />
        <p className="form-actions">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="primary">
            Make the account
          </Button>
        </p>
      </form>
    </Dialog>
  );
}
