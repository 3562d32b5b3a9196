/** @file The history of a case: who did what, when, before and after. Only what is in view is drawn. */
import type { HistoryEntry } from '@leukoscope/contract';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useMemo, useRef, useState } from 'react';
import { Button } from '../../components/Button.tsx';
import { Loading } from '../../components/Loading.tsx';
import { Notice } from '../../components/Notice.tsx';
import styles from './HistoryView.module.css';
import { HistoryItem } from './HistoryItem.tsx';
import { type HistoryKind, historyKinds, narrowed, peopleOf } from './history-list.ts';
import { namesOfHistory } from '../../state/history-words.ts';
import { useHistory } from './use-history.ts';

/** The history. */
export default function HistoryView() {
  const { entries, fault, reload } = useHistory();
  const [kind, setKind] = useState<HistoryKind>('all');
  const [person, setPerson] = useState('');
  const people = useMemo(() => peopleOf(entries ?? []), [entries]);
  const shown = useMemo(() => narrowed(entries ?? [], kind, person), [entries, kind, person]);
  return (
    <div className={styles.page}>
      <header className={styles.head}>
        <h2>History</h2>
        <label>
          Kind{' '}
          <select
            value={kind}
            onChange={(event) => {
              const chosen = kindNames.find((name) => name === event.target.value);
              if (chosen !== undefined) setKind(chosen);
            }}
          >
            {kindNames.map((name) => (
              <option key={name} value={name}>
                {historyKinds[name]}
              </option>
            ))}
          </select>
        </label>
        <label>
          By{' '}
          <select value={person} onChange={(event) => setPerson(event.target.value)}>
            <option value="">Everybody</option>
            {people.map(({ key, name }) => (
              <option key={key} value={key}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <span className={styles.count} role="status">
          {entries !== undefined &&
            (shown.length === entries.length
              ? `${entries.length} entries`
              : `${shown.length} of ${entries.length} entries`)}
        </span>
      </header>
      {fault !== null && (
        <Notice kind="bad">
          {fault} <Button onClick={reload}>Try again</Button>
        </Notice>
      )}
      {entries === undefined && fault === null && <Loading what="history" />}
      {entries !== undefined && shown.length === 0 && (
        <p className={styles.empty}>
          No entries of this kind. Every change of the case will stand here.
        </p>
      )}
      {entries !== undefined && shown.length > 0 && <EntryList entries={entries} shown={shown} />}
    </div>
  );
}

const kindNames = Object.keys(historyKinds) as HistoryKind[];

function EntryList(props: {
  readonly entries: readonly HistoryEntry[];
  readonly shown: readonly HistoryEntry[];
}) {
  const { entries, shown } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const names = useMemo(() => namesOfHistory(entries), [entries]);
  const virtualizer = useVirtualizer({
    count: shown.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 58,
    overscan: 12,
    getItemKey: (index) => shown[index]?.id ?? index,
  });
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard.
    <section className={styles.scroller} ref={scroller} tabIndex={0} aria-label="Entries">
      <ol className={styles.list} style={{ height: virtualizer.getTotalSize() }} reversed>
        {virtualizer.getVirtualItems().map((item) => {
          const entry = shown[item.index];
          if (entry === undefined) return null;
          return (
            <li
              key={item.key}
              ref={virtualizer.measureElement}
              data-index={item.index}
              value={entry.sequence}
              aria-setsize={shown.length}
              aria-posinset={item.index + 1}
              style={{ transform: `translateY(${item.start}px)` }}
            >
              <HistoryItem entry={entry} names={names} />
            </li>
          );
        })}
      </ol>
    </section>
  );
}
