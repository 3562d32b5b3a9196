/** @file What changed since the signer read the case: it has to be read, and confirmed, before anything is signed. */
import type { HistoryEntry } from '@leukoscope/contract';
import { useMemo } from 'react';
import { Button } from '../../components/Button.tsx';
import { Notice } from '../../components/Notice.tsx';
import { namesOfHistory, sentenceOf } from '../../state/history-words.ts';
import { timeWords } from '../../state/time-words.ts';
import styles from './SignOffSection.module.css';

/** The changes, and the button that says they were read. */
export function SignedChanges(props: {
  readonly changes: readonly HistoryEntry[];
  readonly onConfirm: () => void;
}) {
  const { changes, onConfirm } = props;
  const names = useMemo(() => namesOfHistory(changes), [changes]);
  return (
    <Notice kind="warn">
      <strong>The case has changed since you read it.</strong>
      {changes.length === 0 ? (
        <p>The site’s settings are others now: names, reference ranges or codes.</p>
      ) : (
        <ul className={styles.changes}>
          {changes.map((entry) => (
            <li key={entry.id}>
              {entry.by.name} {sentenceOf(entry, names)},{' '}
              <time dateTime={entry.at}>{timeWords(entry.at)}</time>
            </li>
          ))}
        </ul>
      )}
      <p>Above stands the case as it is now.</p>
      <Button onClick={onConfirm}>I have read what changed</Button>
    </Notice>
  );
}
