/** @file Makes an API key and shows its secret, once. */
import type { CreatedApiKey } from '@leukoscope/contract';
import { useState } from 'react';
import { Button } from '../../components/Button.tsx';
import { CopyButton } from '../../components/CopyButton.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { Field } from '../../components/Field.tsx';
import { Notice } from '../../components/Notice.tsx';
import { SubmitForm } from '../../components/SubmitForm.tsx';
import { TextField } from '../../components/TextField.tsx';
import { api } from '../../state/api.ts';
import styles from '../../components/RecordList.module.css';

/** Asks for name, role and end of a key. */
export function NewKeyDialog({ onClose }: { readonly onClose: () => void }) {
  const [name, setName] = useState('');
  const [role, setRole] = useState<'viewer' | 'reviewer'>('viewer');
  const [lastDay, setLastDay] = useState('');
  const [made, setMade] = useState<CreatedApiKey>();
  const submit = async () => {
    // To the end of that day, by the clock of the one who says it.
    const expiresAt = lastDay === '' ? null : new Date(`${lastDay}T23:59:59`).toISOString();
    setMade(await api.createApiKey({ body: { name, role, expiresAt } }));
  };
  return (
    <Dialog title="New API key" onClose={onClose} width={520}>
      {made !== undefined ? (
        <>
          <Notice kind="warn">
            This is the key's secret. It is shown this once: keep it where secrets are kept.
          </Notice>
          <p className={styles.secret}>
            <code>{made.secret}</code>
          </p>
          <p className="form-actions">
            <CopyButton text={made.secret} />
            <Button look="primary" onClick={onClose}>
              Done
            </Button>
          </p>
        </>
      ) : (
        <SubmitForm submitText="Make the key" onSubmit={submit} onCancel={onClose}>
          <TextField
            label="Name"
            hint="Of the program or machine; it stands in histories."
            isRequired
            maxLength={120}
            value={name}
            onChange={setName}
          />
          <Field label="Role">
            {(control) => (
              <select
                {...control}
                value={role}
                onChange={(event) =>
                  setRole(event.currentTarget.value === 'reviewer' ? 'reviewer' : 'viewer')
                }
              >
                <option value="viewer">Viewer: reads cases and exports</option>
                <option value="reviewer">Reviewer: makes cases and uploads too</option>
              </select>
            )}
          </Field>
          <Field label="Last day" hint="Empty: until it is revoked.">
            {(control) => (
              <input
                {...control}
                type="date"
                value={lastDay}
                onChange={(event) => setLastDay(event.currentTarget.value)}
              />
            )}
          </Field>
        </SubmitForm>
      )}
    </Dialog>
  );
}
