/** @file Gives somebody a new password. */
import type { User } from '@leukoscope/contract';
import { useState } from 'react';
import { Dialog } from '../../components/Dialog.tsx';
import { NewPasswordFields, newPasswordFault } from '../../components/NewPasswordFields.tsx';
import { SubmitForm } from '../../components/SubmitForm.tsx';
import { api } from '../../state/api.ts';

/** Asks for the new password of an account. */
export function ResetPasswordDialog(props: { readonly user: User; readonly onClose: () => void }) {
  const { user, onClose } = props;
  const [next, setNext] = useState({ password: '', repeated: '' });
  const submit = async () => {
    const body = { revision: user.revision, password: next.password };
    await api.changeUser({ params: { id: user.id }, body });
    onClose();
  };
  return (
    <Dialog title={`New password for ${user.displayName}`} onClose={onClose} width={440}>
      <SubmitForm
        submitText="Set the password"
        check={() => newPasswordFault(next)}
        onSubmit={submit}
        onCancel={onClose}
      >
        <p>All sessions of the account end. Ask its owner to change the password again.</p>
        <NewPasswordFields value={next} names={[user.name, user.displayName]} onChange={setNext} />
      </SubmitForm>
    </Dialog>
  );
}
