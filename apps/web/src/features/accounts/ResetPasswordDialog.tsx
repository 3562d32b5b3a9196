/** @file Gives somebody a new password. */
import type { User } from '@leukoscope/contract';
import { messageOf } from '@leukoscope/core';
import { type FormEvent, useState } from 'react';
import { Button } from '../../components/Button.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { Notice } from '../../components/Notice.tsx';
import { api } from '../../state/api.ts';
import { NewPasswordFields, newPasswordFault } from '../../components/NewPasswordFields.tsx';

/** Asks for the new password of an account. */
export function ResetPasswordDialog(props: { readonly user: User; readonly onClose: () => void }) {
  const { user, onClose } = props;
  const [password, setPassword] = useState({ password: '', repeated: '' });
  const [fault, setFault] = useState<string>();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const own = newPasswordFault(password);
    setFault(own);
    if (own !== undefined) return;
    try {
      await api.changeUser({
        params: { id: user.id },
        body: { revision: user.revision, password: password.password },
      });
      onClose();
    } catch (error) {
      setFault(messageOf(error));
    }
  };
  return (
    <Dialog title={`New password for ${user.displayName}`} onClose={onClose} width={440}>
      <form className="form-stack" onSubmit={(event) => void submit(event)}>
        <p>All sessions of the account end. Ask its owner to change the password again.</p>
        {fault !== undefined && <Notice kind="bad">{fault}</Notice>}
        <NewPasswordFields value={password} onChange={setPassword} />
        <p className="form-actions">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="primary">
            Set the password
          </Button>
        </p>
      </form>
    </Dialog>
  );
}
