/** @file Makes an account. */
import { type Role, roles } from '@leukoscope/contract';
import { useState } from 'react';
import { AccountFields, emptyAccount } from '../../components/AccountFields.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { Field } from '../../components/Field.tsx';
import { newPasswordFault } from '../../components/NewPasswordFields.tsx';
import { SubmitForm } from '../../components/SubmitForm.tsx';
import { api } from '../../state/api.ts';
import { useStore } from '../../components/use-store.ts';
import { sessionStore } from '../../state/session-store.ts';
import { roleWords } from './role-words.ts';
import { SubjectField } from './SubjectField.tsx';

/** Asks for the facts of an account. */
export function NewUserDialog(props: {
  readonly onClose: () => void;
  readonly onDone: () => void;
}) {
  const { onClose, onDone } = props;
  const [account, setAccount] = useState(emptyAccount);
  const [role, setRole] = useState<Role>('reviewer');
  const provider = useStore(sessionStore)?.provider ?? null;
  const [subject, setSubject] = useState('');
  const [byProvider, setByProvider] = useState(false);
  const submit = async () => {
    const { name, displayName, password } = account;
    const proof = byProvider ? { subject: subject.trim() } : { password };
    await api.createUser({ body: { name, displayName, role, ...proof } });
    onDone();
  };
  return (
    <Dialog title="New account" onClose={onClose} width={460}>
      <SubmitForm
        submitText="Make the account"
        check={() => (byProvider ? undefined : newPasswordFault(account))}
        onSubmit={submit}
        onCancel={onClose}
      >
        <AccountFields
          value={account}
          onChange={setAccount}
          isOwn={false}
          hasPassword={!byProvider}
        >
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
          {provider !== null && (
            <Field label="Signs in">
              {(control) => (
                <select
                  {...control}
                  value={byProvider ? 'provider' : 'password'}
                  onChange={(event) => setByProvider(event.currentTarget.value === 'provider')}
                >
                  <option value="password">With a password</option>
                  <option value="provider">With {provider}</option>
                </select>
              )}
            </Field>
          )}
          {byProvider && <SubjectField value={subject} onChange={setSubject} isRequired />}
        </AccountFields>
      </SubmitForm>
    </Dialog>
  );
}
