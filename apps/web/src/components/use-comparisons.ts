/** @file The comparisons of a case and one of them with its result, followed while they run. */
import type { Comparison, ComparisonDetail, Field } from '@leukoscope/contract';
import { messageOf } from '@leukoscope/core';
import { useCallback, useEffect, useState } from 'react';
import { api } from '../state/api.ts';
import { listen } from '../state/live-events.ts';

/** The comparisons of a case, newest first. */
export interface LoadedComparisons {
  readonly comparisons: readonly Comparison[];
  readonly fault: string | null;
  readonly reload: () => void;
}

/** Read the comparisons of a case; none while none is chosen. */
export function useComparisons(caseId: string): LoadedComparisons {
  const [comparisons, setComparisons] = useState<readonly Comparison[]>([]);
  const [fault, setFault] = useState<string | null>(null);
  const reload = useCallback(() => {
    if (caseId === '') return setComparisons([]);
    api.listComparisons({ params: { id: caseId } }).then(
      ({ items }) => {
        setComparisons(items);
        setFault(null);
      },
      (error: unknown) => setFault(messageOf(error)),
    );
  }, [caseId]);
  useEffect(() => {
    setComparisons([]);
    reload();
    return listen((event) => {
      if (event.type === 'hello') reload();
      if (event.type === 'comparison.changed' && event.caseId === caseId) reload();
    });
  }, [caseId, reload]);
  return { comparisons, fault, reload };
}

/** One comparison with its result and the fields it is about. */
export interface LoadedComparison {
  readonly comparison: ComparisonDetail | undefined;
  readonly fields: readonly Field[];
  readonly fault: string | null;
}

/** Read a comparison; the result grows while it runs. */
export function useComparison(id: string): LoadedComparison {
  const [loaded, setLoaded] = useState<LoadedComparison>({
    comparison: undefined,
    fields: [],
    fault: null,
  });
  useEffect(() => {
    let isCurrent = true;
    const load = async () => {
      try {
        const comparison = await api.getComparison({ params: { id } });
        const fields = await api.listFields({ params: { id: comparison.caseId } });
        if (isCurrent) setLoaded({ comparison, fields: fields.items, fault: null });
      } catch (error) {
        if (isCurrent) setLoaded((before) => ({ ...before, fault: messageOf(error) }));
      }
    };
    void load();
    const stop = listen((event) => {
      if (event.type === 'hello') void load();
      if (event.type === 'comparison.changed' && event.comparisonId === id) void load();
    });
    return () => {
      isCurrent = false;
      stop();
    };
  }, [id]);
  return loaded;
}
