/** @file Changes one's own password. */
import { useState } from 'react';
import { Button } from '../../components/Button.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { NewPasswordFields, newPasswordFault } from '../../components/NewPasswordFields.tsx';
import { Notice } from '../../components/Notice.tsx';
import { PasswordField } from '../../components/PasswordField.tsx';
import { SubmitForm } from '../../components/SubmitForm.tsx';
import { useStore } from '../../components/use-store.ts';
import { api } from '../../state/api.ts';
import { sessionStore } from '../../state/session-store.ts';

/** Asks for the old and the new password. `isAsked`: somebody else has set the old one, so it must be changed. */
export function PasswordDialog(props: {
  readonly onClose: () => void;
  readonly isAsked?: boolean;
}) {
  const { onClose, isAsked = false } = props;
  const user = useStore(sessionStore)?.user;
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState({ password: '', repeated: '' });
  const [isDone, setDone] = useState(false);
  const submit = async () => {
    await api.changePassword({ body: { current, next: next.password } });
    setDone(true);
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
        <SubmitForm
          submitText="Change"
          check={() => newPasswordFault(next)}
          onSubmit={submit}
          onCancel={onClose}
        >
          {isAsked && (
            <Notice kind="note">
              An administrator has given you this password. Choose one that only you know.
            </Notice>
          )}
          <PasswordField
            label="Current password"
            autoComplete="current-password"
            value={current}
            onChange={setCurrent}
          />
          <NewPasswordFields
            value={next}
            names={user === null || user === undefined ? [] : [user.name, user.displayName]}
            onChange={setNext}
          />
        </SubmitForm>
      )}
    </Dialog>
  );
}
