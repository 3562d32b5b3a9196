/** @file Browsers in which somebody has signed in, with a way to end each. */
import type { OpenSession } from '@leukoscope/contract';
import { messageOf } from '@leukoscope/core';
import { useState } from 'react';
import { Button } from './Button.tsx';
import { Loading } from './Loading.tsx';
import { Notice } from './Notice.tsx';
import { api } from '../state/api.ts';
import { recentTimeWords } from '../state/time-words.ts';
import styles from './RecordList.module.css';
import { useList } from './use-list.ts';

const ask = {
  own: async () => ({ ...(await api.listSessions({ query: { of: 'own' } })), next: null }),
  all: async () => ({ ...(await api.listSessions({ query: { of: 'all' } })), next: null }),
} as const;

/** One's own sessions, or everybody's. */
export function SessionList({ of }: { readonly of: 'own' | 'all' }) {
  const { items, fault, reload } = useList(ask[of]);
  const [refusal, setRefusal] = useState<string>();
  const end = async (id: string) => {
    setRefusal(undefined);
    try {
      await api.endSession({ params: { id } });
    } catch (error) {
      setRefusal(messageOf(error));
    }
    reload();
  };
  return (
    <section className={styles.section}>
      {of === 'all' && (
        <div className={styles.head}>
          <h2>Sessions</h2>
        </div>
      )}
      {fault !== undefined && <Notice kind="bad">{fault}</Notice>}
      {refusal !== undefined && <Notice kind="bad">{refusal}</Notice>}
      {items === undefined && fault === undefined && <Loading what="sessions" />}
      <ul className={styles.list}>
        {items?.map((session) => (
          <li key={session.id}>
            <div className={styles.who}>
              <strong>{of === 'own' ? session.address : session.name}</strong>
              {session.isOwn && ' (this one)'}
              <br />
              <span className={styles.soft}>{wordsOf(session)}</span>
            </div>
            {!session.isOwn && (
              <Button
                aria-label={`End the session of ${session.name} from ${session.address}`}
                onClick={() => void end(session.id)}
              >
                End
              </Button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function wordsOf({ address, userAgent, lastSeenAt }: OpenSession): string {
  return `${address}, last used ${recentTimeWords(lastSeenAt, new Date())}, ${userAgent === '' ? 'a program' : userAgent}`;
}
