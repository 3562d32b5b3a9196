/** @file Asks the server for a case: its facts, its cells, its history. */
import type {
  Case,
  Cell,
  DifferentialJson,
  Field,
  HistoryEntry,
  SignOff,
} from '@leukoscope/contract';
import type { api as pageApi } from './api.ts';
import type { Cells } from './review-intent.ts';

/** The endpoints that an open case needs. */
export type CaseApi = Pick<
  typeof pageApi,
  | 'getCase'
  | 'listFields'
  | 'listCells'
  | 'getDifferential'
  | 'getSignOff'
  | 'listHistory'
  | 'createReview'
>;

/** Everything but the cells: small, and asked for again after every change. */
export interface CaseFacts {
  readonly case: Case;
  readonly fields: readonly Field[];
  readonly differential: DifferentialJson;
  readonly signOff: SignOff;
}

/** Fetch what surrounds the cells; fields are taken from before unless they may have changed. */
export async function fetchFacts(
  api: CaseApi,
  caseId: string,
  before?: CaseFacts,
): Promise<CaseFacts> {
  const params = { id: caseId };
  const [facts, fields, differential, signOff] = await Promise.all([
    api.getCase({ params }),
    before?.fields ?? api.listFields({ params }).then(({ items }) => items),
    api.getDifferential({ params }),
    api.getSignOff({ params }),
  ]);
  return { case: facts, fields, differential, signOff };
}

/** Fetch all cells, deleted ones among them, or those that changed after a history entry. */
export async function fetchCells(api: CaseApi, caseId: string, since?: number): Promise<Cell[]> {
  const cells: Cell[] = [];
  let cursor: string | undefined;
  do {
    const page = await api.listCells({
      params: { id: caseId },
      query: {
        deleted: 'include',
        ...(since !== undefined && { since }),
        ...(cursor !== undefined && { cursor }),
      },
    });
    cells.push(...page.items);
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  return cells;
}

const historyLimit = 500;

/** Fetch the history after an entry. */
export async function fetchHistory(
  api: CaseApi,
  caseId: string,
  after: number,
): Promise<HistoryEntry[]> {
  const entries: HistoryEntry[] = [];
  for (;;) {
    const last: number = entries.at(-1)?.sequence ?? after;
    const { items } = await api.listHistory({
      params: { id: caseId },
      query: { after: last, limit: historyLimit },
    });
    entries.push(...items);
    if (items.length < historyLimit) return entries;
  }
}

/** Put newer cells in; an answer that was overtaken by another changes nothing. */
export function withCells(cells: Cells, newer: readonly Cell[]): Cells {
  if (newer.length === 0) return cells;
  const next = new Map(cells);
  for (const cell of newer) {
    const known = next.get(cell.id);
    if (known === undefined || known.revision <= cell.revision) next.set(cell.id, cell);
  }
  return next;
}
