/** @file Changes one's own password. */
import { messageOf } from '@leukoscope/core';
import { type FormEvent, useState } from 'react';
import { Button } from '../../components/Button.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { Notice } from '../../components/Notice.tsx';
import { PasswordField } from '../../components/PasswordField.tsx';
import { api } from '../../state/api.ts';
import { NewPasswordFields, newPasswordFault } from '../../components/NewPasswordFields.tsx';

/** Asks for the old and the new password. */
export function PasswordDialog({ onClose }: { readonly onClose: () => void }) {
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState({ password: '', repeated: '' });
  const [fault, setFault] = useState<string>();
  const [isDone, setDone] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const own = newPasswordFault(next);
    setFault(own);
    if (own !== undefined) return;
    try {
      await api.changePassword({ body: { current, next: next.password } });
      setDone(true);
    } catch (error) {
      setFault(messageOf(error));
    }
  };
  return (
    <Dialog title="Change password" onClose={onClose} width={440}>
      {isDone ? (
        <>
          <Notice kind="good">The password is changed. All your other sessions have ended.</Notice>
          <p className="form-actions">
            <Button look="primary" onClick={onClose}>
              Close
            </Button>
          </p>
        </>
      ) : (
        <form className="form-stack" onSubmit={(event) => void submit(event)}>
          {fault !== undefined && <Notice kind="bad">{fault}</Notice>}
          <PasswordField
            label="Current password"
            autoComplete="current-password"
            value={current}
            onChange={setCurrent}
          />
          <NewPasswordFields value={next} onChange={setNext} />
          <p className="form-actions">
            <Button onClick={onClose}>Cancel</Button>
            <Button type="submit" look="primary">
              Change
            </Button>
          </p>
        </form>
      )}
    </Dialog>
  );
}
