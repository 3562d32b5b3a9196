/** @file Asks before a field and its cells leave the case. */
import type { Field } from '@leukoscope/contract';
import { messageOf } from '@leukoscope/core';
import { type FormEvent, useState } from 'react';
import { Button } from '../../components/Button.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { Field as FormField } from '../../components/Field.tsx';
import { Notice } from '../../components/Notice.tsx';
import { api } from '../../state/api.ts';
import { useCaseStore } from '../case/case-context.ts';
import { cellCount } from '../../state/review-intent.ts';

/** The dialog. */
export function RemoveFieldDialog(props: { readonly field: Field; readonly onClose: () => void }) {
  const { field, onClose } = props;
  const store = useCaseStore();
  const [fault, setFault] = useState<string | null>(null);
  const [isBusy, setIsBusy] = useState(false);
  const remove = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const reason = String(new FormData(event.currentTarget).get('reason') ?? '').trim();
    setIsBusy(true);
    try {
      const body = { revision: field.revision, ...(reason !== '' && { reason }) };
      await api.removeField({ params: { id: field.id }, body });
      onClose();
      await store.reload();
    } catch (error) {
      setFault(messageOf(error));
      setIsBusy(false);
    }
  };
  return (
    <Dialog title={`Remove field ${field.position}?`} onClose={onClose}>
      <form onSubmit={(event) => void remove(event)}>
        <p>
          {field.fileName} and its {cellCount(field.cells)} leave the case and its counts. The
          history keeps them; this cannot be undone here.
        </p>
        <FormField label="Reason (optional)">
          {(control) => <input {...control} name="reason" maxLength={500} />}
        </FormField>
        {fault !== null && <Notice kind="bad">{fault}</Notice>}
        <p style={{ display: 'flex', gap: 'var(--space-2)', justifyContent: 'end' }}>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="danger" disabled={isBusy}>
            Remove field
          </Button>
        </p>
      </form>
    </Dialog>
  );
}
