/** @file Discards a case, or restores it. Nothing is deleted either way. */
import type { Case } from '@leukoscope/contract';
import { useState } from 'react';
import { Dialog } from '../../components/Dialog.tsx';
import { SubmitForm } from '../../components/SubmitForm.tsx';
import { TextField } from '../../components/TextField.tsx';
import { api } from '../../state/api.ts';

/** Asks for a reason, then does it. */
export function DiscardDialog(props: {
  readonly item: Case;
  readonly onClose: () => void;
  readonly onDone: () => void;
}) {
  const { item, onClose, onDone } = props;
  const isRestore = item.state === 'discarded';
  const [reason, setReason] = useState('');
  const submit = async () => {
    const request = {
      params: { id: item.id },
      body: {
        revision: item.revision,
        ...(reason.trim() !== '' && { reason: reason.trim() }),
      },
    };
    await (isRestore ? api.restoreCase(request) : api.discardCase(request));
    onDone();
  };
  return (
    <Dialog title={`${isRestore ? 'Restore' : 'Discard'} ${item.number}`} onClose={onClose}>
      <SubmitForm
        submitText={isRestore ? 'Restore' : 'Discard'}
        look={isRestore ? 'primary' : 'danger'}
        onSubmit={submit}
        onCancel={onClose}
      >
        <p>
          {isRestore
            ? 'The case is open again, with everything that was done before.'
            : 'The case leaves the worklist. Its images, cells and history stay, and it can be restored.'}
        </p>
        <TextField
          label="Reason (stays in the history)"
          maxLength={500}
          value={reason}
          onChange={setReason}
        />
      </SubmitForm>
    </Dialog>
  );
}
