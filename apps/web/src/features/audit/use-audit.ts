/** @file A case with everything that models say of it, and the verdicts of a person about what they contradict. */
import type { Cell, Comparison, ComparisonDetail, Field, Model } from '@leukoscope/contract';
import { messageOf } from '@leukoscope/core';
import { useEffect, useMemo, useState } from 'react';
import { useComparisons } from '../../components/use-comparisons.ts';
import { api, newId } from '../../state/api.ts';
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
  /** What the models said is there; before, nothing can be said about doubts. */
  readonly isRead: boolean;
  readonly doubts: readonly CaseDoubt[];
  readonly decided: ReadonlyMap<string, Decided>;
  readonly fault: string | null;
  /** Ask another model. */
  ask(modelId: string): void;
  decide(doubt: CaseDoubt, verdict: Verdict): Promise<void>;
  undo(key: string): Promise<void>;
}

interface Read {
  readonly cells: readonly Cell[];
  readonly details: readonly ComparisonDetail[];
}

/** Read a case and what models say of it; again when another model has answered. */
export function useAudit(caseId: string, models: readonly Model[]): Audit {
  const { comparisons, fault: listFault, reload } = useComparisons(caseId);
  const [fields, setFields] = useState<readonly Field[]>();
  const [read, setRead] = useState<Read>();
  const [decided, setDecided] = useState<ReadonlyMap<string, Decided>>(new Map());
  // Cells as they are after verdicts; the doubts stay those of the reading, so that nothing moves under the hand.
  const [changed, setChanged] = useState<ReadonlyMap<string, Cell>>(new Map());
  const [ownFault, setFault] = useState<string | null>(null);
  useEffect(() => {
    api.listFields({ params: { id: caseId } }).then(
      ({ items }) => setFields(items),
      (error: unknown) => setFault(messageOf(error)),
    );
  }, [caseId]);
  // While a comparison runs its list changes with each field; cells are read once it is done.
  const done = newestOfEach(comparisons)
    .map(({ id }) => id)
    .join(' ');
  useEffect(() => {
    if (done === '') return;
    let isCurrent = true;
    readAnswers(caseId, done.split(' ')).then(
      (next) => {
        if (!isCurrent) return;
        setRead(next);
        setChanged(new Map());
      },
      (error: unknown) => isCurrent && setFault(messageOf(error)),
    );
    return () => {
      isCurrent = false;
    };
  }, [caseId, done]);
  const doubts = useMemo(
    () =>
      read === undefined || fields === undefined
        ? []
        : doubtsOfCase({ fields, cells: read.cells, comparisons: read.details, models }),
    [read, fields, models],
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
    fields,
    comparisons,
    isRead: read !== undefined,
    doubts,
    decided,
    fault: ownFault ?? listFault,
    ask(modelId) {
      void settle(async () => {
        await api.createComparison({ params: { id: caseId }, body: { modelId } });
        reload();
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

async function readAnswers(caseId: string, comparisonIds: readonly string[]): Promise<Read> {
  const cells: Cell[] = [];
  let cursor: string | undefined;
  do {
    const query = { deleted: 'include' as const, cursor };
    const page = await api.listCells({ params: { id: caseId }, query });
    cells.push(...page.items);
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  const details = await Promise.all(
    comparisonIds.map((id) => api.getComparison({ params: { id } })),
  );
  return { cells, details };
}

/** The newest comparison of each model that is done; they are listed newest first. */
function newestOfEach(comparisons: readonly Comparison[]): Comparison[] {
  const done = comparisons.filter(({ state }) => state === 'completed');
  return [...Map.groupBy(done, ({ modelId }) => modelId).values()].map(([newest]) => newest!);
}
