/** @file One entry of the history: who, what, when, why, and on request before and after. */
import type { HistoryEntry } from '@leukoscope/contract';
import { Button } from '../../components/Button.tsx';
import { useStore } from '../../components/use-store.ts';
import { sessionStore } from '../../state/session-store.ts';
import { useCaseStore } from '../case/case-context.ts';
import { useCaseAccess } from '../case/case-access.ts';
import { timeWords } from '../../state/time-words.ts';
import { ChangeTable } from './ChangeTable.tsx';
import styles from './HistoryView.module.css';
import { isUndoable } from './history-list.ts';
import { type HistoryNames, sentenceOf } from '../../state/history-words.ts';

/** One entry. */
export function HistoryItem(props: { readonly entry: HistoryEntry; readonly names: HistoryNames }) {
  const { entry, names } = props;
  const store = useCaseStore();
  const user = useStore(sessionStore)?.user;
  const { canChange } = useCaseAccess();
  const sentence = sentenceOf(entry, names);
  return (
    <article className={styles.entry} data-undone={entry.undoneBy !== null}>
      <div className={styles.line}>
        <p className={styles.sentence}>
          <strong>{entry.by.name}</strong> {sentence}
          {entry.undoneBy !== null && <span className={styles.undone}>undone</span>}
        </p>
        <time dateTime={entry.at} title={`Entry ${entry.sequence}, hash ${entry.hash}`}>
          {timeWords(entry.at)}
        </time>
        {canChange && isUndoable(entry, user?.id) && (
          <Button
            look="quiet"
            onClick={() => store.review({ kind: 'undo', historyId: entry.id })}
            aria-label={`Undo entry ${entry.sequence}: ${sentence}`}
          >
            Undo
          </Button>
        )}
      </div>
      {entry.reason !== null && <p className={styles.reason}>Reason: {entry.reason}</p>}
      {entry.changes.length > 0 && (
        <details>
          <summary>Before and after</summary>
          <ChangeTable entry={entry} names={names} />
        </details>
      )}
    </article>
  );
}
