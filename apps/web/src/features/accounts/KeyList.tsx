/** @file API keys: make one (its secret is shown once), revoke one. */
import type { ApiKey } from '@leukoscope/contract';
import { messageOf } from '@leukoscope/core';
import { useState } from 'react';
import { Button } from '../../components/Button.tsx';
import { Loading } from '../../components/Loading.tsx';
import { Notice } from '../../components/Notice.tsx';
import { api } from '../../state/api.ts';
import { recentTimeWords } from '../../state/time-words.ts';
import styles from '../../components/RecordList.module.css';
import { NewKeyDialog } from './NewKeyDialog.tsx';
import { useList } from '../../components/use-list.ts';

const askKeys = (cursor: string | undefined) =>
  api.listApiKeys({ query: { limit: 200, ...(cursor !== undefined && { cursor }) } });

/** The keys of machines. */
export function KeyList() {
  const { items, fault, reload } = useList(askKeys);
  const [refusal, setRefusal] = useState<string>();
  const [isOpen, setOpen] = useState(false);
  const [asked, setAsked] = useState<string>();
  const revoke = async (key: ApiKey) => {
    // A revoked key never works again: the second press says that it is meant.
    if (asked !== key.id) return setAsked(key.id);
    setRefusal(undefined);
    try {
      await api.revokeApiKey({ params: { id: key.id } });
    } catch (error) {
      setRefusal(messageOf(error));
    }
    setAsked(undefined);
    reload();
  };
  return (
    <section className={styles.section}>
      <div className={styles.head}>
        <h2>API keys</h2>
        <Button onClick={() => setOpen(true)}>New key</Button>
      </div>
      <p className={styles.soft}>
        For programs that talk to this server, as <a href="/docs">the API's page</a> describes. A
        key never signs a case.
      </p>
      {fault !== undefined && <Notice kind="bad">{fault}</Notice>}
      {refusal !== undefined && <Notice kind="bad">{refusal}</Notice>}
      {items === undefined && fault === undefined && <Loading what="keys" />}
      {items?.length === 0 && <p>No key has been made.</p>}
      <ul className={styles.list}>
        {items?.map((key) => (
          <li key={key.id} data-off={key.isRevoked || undefined}>
            <div className={styles.who}>
              <strong>{key.name}</strong> <code>{key.start}…</code>
              <br />
              <span className={styles.soft}>{stateOf(key)}</span>
            </div>
            {!key.isRevoked && (
              <Button
                look={asked === key.id ? 'danger' : 'plain'}
                aria-label={`${asked === key.id ? 'Revoke for ever:' : 'Revoke'} ${key.name}`}
                onClick={() => void revoke(key)}
              >
                {asked === key.id ? 'Revoke for ever' : 'Revoke'}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {isOpen && (
        <NewKeyDialog
          onClose={() => {
            setOpen(false);
            reload();
          }}
        />
      )}
    </section>
  );
}

function stateOf({ role, isRevoked, expiresAt, lastUsedAt }: ApiKey): string {
  const now = new Date();
  const used = lastUsedAt === null ? 'never used' : `last used ${recentTimeWords(lastUsedAt, now)}`;
  const until = expiresAt === null ? '' : `, until ${recentTimeWords(expiresAt, now)}`;
  return `${isRevoked ? 'revoked, ' : ''}${role}, ${used}${until}`;
}
