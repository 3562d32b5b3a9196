/** @file A case with everything that models say of it, and the verdicts of a person about what they contradict. */
import type { Cell, Comparison, ComparisonDetail, Field, Model } from '@leukoscope/contract';
import { messageOf } from '@leukoscope/core';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { api, newId } from '../../state/api.ts';
import { listen } from '../../state/live-events.ts';
import {
  actionOf,
  type CaseDoubt,
  doubtsOfCase,
  doubtWords,
  type Verdict,
} from './audit-doubts.ts';

/** What was decided about a doubt. */
export interface Decided {
  readonly verdict: Verdict;
  /** The entry of the history that undo takes back; null where nothing was written. */
  readonly historyId: string | null;
}

/** An audit as a page shows it. */
export interface Audit {
  /** Undefined while it is read. */
  readonly fields: readonly Field[] | undefined;
  /** Of the case, newest first. */
  readonly comparisons: readonly Comparison[];
  readonly doubts: readonly CaseDoubt[];
  readonly decided: ReadonlyMap<string, Decided>;
  readonly fault: string | null;
  /** Ask another model. */
  ask(modelId: string): void;
  decide(doubt: CaseDoubt, verdict: Verdict): Promise<void>;
  undo(key: string): Promise<void>;
}

interface Read {
  readonly fields: readonly Field[];
  readonly cells: readonly Cell[];
  readonly comparisons: readonly Comparison[];
  readonly details: readonly ComparisonDetail[];
}

/** Read a case and what models say of it; again when another model has answered. */
export function useAudit(caseId: string, models: readonly Model[]): Audit {
  const [read, setRead] = useState<Read>();
  const [decided, setDecided] = useState<ReadonlyMap<string, Decided>>(new Map());
  // Cells as they are after verdicts; the doubts stay those of the reading, so that nothing moves under the hand.
  const [changed, setChanged] = useState<ReadonlyMap<string, Cell>>(new Map());
  const [fault, setFault] = useState<string | null>(null);
  const load = useCallback(() => {
    if (caseId === '') return;
    readCase(caseId).then(
      (next) => {
        setRead(next);
        setChanged(new Map());
        setFault(null);
      },
      (error: unknown) => setFault(messageOf(error)),
    );
  }, [caseId]);
  useEffect(() => {
    setRead(undefined);
    setDecided(new Map());
    load();
    return listen((event) => {
      if (event.type === 'comparison.changed' && event.caseId === caseId) load();
    });
  }, [caseId, load]);
  const doubts = useMemo(
    () =>
      read === undefined || read.details.length === 0
        ? []
        : doubtsOfCase({ ...read, comparisons: read.details, models }),
    [read, models],
  );
  const keep = (cells: readonly Cell[]) =>
    setChanged((before) => new Map([...before, ...cells.map((cell) => [cell.id, cell] as const)]));
  const settle = async (work: () => Promise<void>) => {
    setFault(null);
    try {
      await work();
    } catch (error) {
      setFault(messageOf(error));
      throw error;
    }
  };
  return {
    fields: read?.fields,
    comparisons: read?.comparisons ?? [],
    doubts,
    decided,
    fault,
    ask(modelId) {
      void settle(async () => {
        await api.createComparison({ params: { id: caseId }, body: { modelId } });
        load();
      }).catch(() => {});
    },
    decide: (doubt, verdict) =>
      settle(async () => {
        const now = doubt.cell && (changed.get(doubt.cell.id) ?? doubt.cell);
        const action = actionOf(doubt, verdict, now);
        let historyId: string | null = null;
        if (action !== null) {
          const body = { id: newId(), action, reason: `Label audit: ${doubtWords(doubt)}` };
          const { entry, cells } = await api.createReview({ params: { id: caseId }, body });
          historyId = entry.id;
          keep(cells);
        }
        setDecided((before) => new Map([...before, [doubt.key, { verdict, historyId }]]));
      }),
    undo: (key) =>
      settle(async () => {
        const historyId = decided.get(key)?.historyId ?? null;
        if (historyId !== null) {
          const body = { id: newId(), action: { kind: 'undo' as const, historyId } };
          keep((await api.createReview({ params: { id: caseId }, body })).cells);
        }
        setDecided((before) => new Map([...before].filter(([own]) => own !== key)));
      }),
  };
}

async function readCase(caseId: string): Promise<Read> {
  const params = { id: caseId };
  const cells: Cell[] = [];
  let cursor: string | undefined;
  do {
    const page = await api.listCells({ params, query: { deleted: 'include', cursor } });
    cells.push(...page.items);
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  const [{ items: fields }, { items: comparisons }] = await Promise.all([
    api.listFields({ params }),
    api.listComparisons({ params }),
  ]);
  const details = await Promise.all(
    newestOfEach(comparisons).map(({ id }) => api.getComparison({ params: { id } })),
  );
  return { fields, cells, comparisons, details };
}

/** The newest comparison of each model that is done; they are listed newest first. */
export function newestOfEach(comparisons: readonly Comparison[]): Comparison[] {
  const done = comparisons.filter(({ state }) => state === 'completed');
  return [...Map.groupBy(done, ({ modelId }) => modelId).values()].map(([newest]) => newest!);
}
