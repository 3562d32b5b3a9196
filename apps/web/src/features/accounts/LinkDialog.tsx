/** @file Links an account to who its person is at the organisation's provider, or takes the link away. */
import type { User } from '@leukoscope/contract';
import { useState } from 'react';
import { Dialog } from '../../components/Dialog.tsx';
import { SubmitForm } from '../../components/SubmitForm.tsx';
import { api } from '../../state/api.ts';
import { SubjectField } from './SubjectField.tsx';

/** Asks for the subject; empty takes the link away. */
export function LinkDialog(props: {
  readonly user: User;
  readonly provider: string;
  readonly onClose: () => void;
}) {
  const { user, provider, onClose } = props;
  const [subject, setSubject] = useState(user.subject ?? '');
  const submit = async () => {
    const next = subject.trim() === '' ? null : subject.trim();
    const body = { revision: user.revision, subject: next };
    await api.changeUser({ params: { id: user.id }, body });
    onClose();
  };
  return (
    <Dialog title={`${user.displayName} at ${provider}`} onClose={onClose} width={460}>
      <SubmitForm submitText="Save" onSubmit={submit} onCancel={onClose}>
        <p>
          Whoever signs in at {provider} with this subject works as {user.displayName}. Empty:
          nobody does. All sessions of the account end.
        </p>
        <SubjectField value={subject} onChange={setSubject} />
      </SubmitForm>
    </Dialog>
  );
}
