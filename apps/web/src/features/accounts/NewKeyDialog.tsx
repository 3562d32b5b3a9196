/** @file Makes an API key and shows its secret, once. */
import type { CreatedApiKey } from '@leukoscope/contract';
import { messageOf } from '@leukoscope/core';
import { type FormEvent, useState } from 'react';
import { Button } from '../../components/Button.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { Field } from '../../components/Field.tsx';
import { Notice } from '../../components/Notice.tsx';
import { api } from '../../state/api.ts';
import styles from './AccountsPage.module.css';

/** Asks for name, role and end of a key. */
export function NewKeyDialog({ onClose }: { readonly onClose: () => void }) {
  const [name, setName] = useState('');
  const [role, setRole] = useState<'viewer' | 'reviewer'>('viewer');
  const [lastDay, setLastDay] = useState('');
  const [made, setMade] = useState<CreatedApiKey>();
  const [fault, setFault] = useState<string>();
  const [isCopied, setCopied] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    try {
      // To the end of that day, by the clock of the one who says it.
      const expiresAt = lastDay === '' ? null : new Date(`${lastDay}T23:59:59`).toISOString();
      setMade(await api.createApiKey({ body: { name, role, expiresAt } }));
    } catch (error) {
      setFault(messageOf(error));
    }
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
            <Button
              onClick={() => {
                navigator.clipboard.writeText(made.secret).then(
                  () => setCopied(true),
                  (error) => setFault(messageOf(error)),
                );
              }}
            >
              {isCopied ? 'Copied' : 'Copy'}
            </Button>
            <Button look="primary" onClick={onClose}>
              Done
            </Button>
          </p>
          {fault !== undefined && <Notice kind="bad">{fault}</Notice>}
        </>
      ) : (
        <form className="form-stack" onSubmit={(event) => void submit(event)}>
          {fault !== undefined && <Notice kind="bad">{fault}</Notice>}
          <Field label="Name" hint="Of the program or machine; it stands in histories.">
            {(control) => (
              <input
                {...control}
                required
                maxLength={120}
                autoComplete="off"
                value={name}
                onChange={(event) => setName(event.currentTarget.value)}
              />
            )}
          </Field>
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
          <p className="form-actions">
            <Button onClick={onClose}>Cancel</Button>
            <Button type="submit" look="primary">
              Make the key
            </Button>
          </p>
        </form>
      )}
    </Dialog>
  );
}
