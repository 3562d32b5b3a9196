/** @file Discards a case, or restores it. Nothing is deleted either way. */
import type { Case } from '@leukoscope/contract';
import { messageOf } from '@leukoscope/core';
import { type FormEvent, useState } from 'react';
import { Button } from '../../components/Button.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { Field } from '../../components/Field.tsx';
import { Notice } from '../../components/Notice.tsx';
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
  const [fault, setFault] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    const request = {
      params: { id: item.id },
      body: {
        revision: item.revision,
        ...(reason.trim() !== '' && { reason: reason.trim() }),
      },
    };
    try {
      await (isRestore ? api.restoreCase(request) : api.discardCase(request));
      onDone();
    } catch (error) {
      setFault(messageOf(error));
      setBusy(false);
    }
  };
  return (
    <Dialog title={`${isRestore ? 'Restore' : 'Discard'} ${item.number}`} onClose={onClose}>
      <form onSubmit={(event) => void submit(event)}>
        <p>
          {isRestore
            ? 'The case is open again, with everything that was done before.'
            : 'The case leaves the worklist. Its images, cells and history stay, and it can be restored.'}
        </p>
        {fault !== undefined && <Notice kind="bad">{fault}</Notice>}
        <Field label="Reason (stays in the history)">
          {(control) => (
            <input
              {...control}
              maxLength={500}
              value={reason}
              onChange={(event) => setReason(event.currentTarget.value)}
            />
          )}
        </Field>
        <p className="form-actions">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look={isRestore ? 'primary' : 'danger'} disabled={isBusy}>
            {isRestore ? 'Restore' : 'Discard'}
          </Button>
        </p>
      </form>
    </Dialog>
  );
}
