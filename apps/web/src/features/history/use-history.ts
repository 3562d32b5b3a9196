/** @file The history of the open case, followed live. */
import type { HistoryEntry } from '@leukoscope/contract';
import { messageOf } from '@leukoscope/core';
import { useCallback, useEffect, useRef, useState } from 'react';
import { api } from '../../state/api.ts';
import { fetchHistory } from '../../state/fetch-case.ts';
import { useOpenCase } from '../case/case-context.ts';
import { withNews } from './history-list.ts';

/** Entries, oldest first; undefined while they load. */
export interface LoadedHistory {
  readonly entries: readonly HistoryEntry[] | undefined;
  readonly fault: string | null;
  readonly reload: () => void;
}

/** Read the history of the open case; what happens is appended. */
export function useHistory(): LoadedHistory {
  const { id, sequence } = useOpenCase().case;
  const [entries, setEntries] = useState<readonly HistoryEntry[]>();
  const [fault, setFault] = useState<string | null>(null);
  const known = useRef(0);
  const load = useCallback(() => {
    fetchHistory(api, id, known.current).then(
      (fresh) => {
        known.current = Math.max(known.current, fresh.at(-1)?.sequence ?? 0);
        setEntries((before) => withNews(before ?? [], fresh));
        setFault(null);
      },
      (error: unknown) => setFault(messageOf(error)),
    );
  }, [id]);
  useEffect(() => {
    if (sequence > known.current) load();
  }, [sequence, load]);
  return { entries, fault, reload: load };
}
