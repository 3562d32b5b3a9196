/**
 * @file A case on a server that lives in memory, by the rules of the real one: one history entry per review,
 * revisions, refusals. Its line can be cut and its answers held back.
 */
import type {
  Actor,
  Bin,
  Cell,
  HistoryAction,
  HistoryChange,
  HistoryEntry,
  NewReview,
  ReviewResult,
  ServerEvent,
} from '@leukoscope/contract';
import { ApiError } from '../src/state/api.ts';
import type { CaseApi } from '../src/state/fetch-case.ts';

export const caseId = '0190a5d0-0000-7000-8000-0000000000ca';
const fieldId = '0190a5d0-0000-7000-8000-0000000000f1';

/** Make the nth person. */
export function person(n: number, name: string): Actor {
  return { kind: 'user', id: `0190a5d0-0000-7000-8000-00000000a00${n}`, name };
}

/** Make the nth cell as a model found it. */
export function foundCell(n: number, part: Partial<Cell> = {}): Cell {
  return {
    id: `0190a5d0-0000-7000-8000-${String(n).padStart(12, '0')}`,
    caseId,
    fieldId,
    origin: 'model',
    revision: 0,
    changedIn: 0,
    box: { x1: 0, y1: 0, x2: 10, y2: 10 },
    mask: null,
    bin: 'lymphocyte',
    model: null,
    isIncomplete: false,
    isUnsure: false,
    seen: null,
    isDeleted: false,
    ...part,
  };
}

/** The server. `as(person)` gives the client of one person. */
export function openFakeServer(first: readonly Cell[]) {
  const cells = new Map(first.map((cell) => [cell.id, cell]));
  const history: HistoryEntry[] = [];
  const listeners = new Set<(event: ServerEvent) => void>();
  const server = {
    cells,
    history,
    /** Reviews that arrived, refused ones among them. */
    received: [] as NewReview[],
    isCut: false,
    /** The review is done but its answer does not arrive. */
    losesAnswers: false,
    isSigned: false,
    bin: (n: number): Bin | undefined => cells.get(foundCell(n).id)?.bin,
    tell(event: ServerEvent) {
      for (const listener of [...listeners]) listener(event);
    },
    listen(listener: (event: ServerEvent) => void) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    as: (actor: Actor): CaseApi => clientOf(actor),
  };

  const refuse = (status: number, code: string): never => {
    const message = `refused with ${code}`;
    throw new ApiError(code, message, { status, body: { code, message, status, requestId: '1' } });
  };
  const checkLine = async () => {
    await Promise.resolve();
    if (server.isCut) throw new TypeError('Failed to fetch');
  };

  const patch = (id: string, part: Partial<Cell>, sequence: number): HistoryChange => {
    const cell = cells.get(id)!;
    const keys = Object.keys(part) as (keyof Cell)[];
    const before = Object.fromEntries(keys.map((key) => [key, cell[key]]));
    cells.set(id, { ...cell, ...part, revision: cell.revision + 1, changedIn: sequence });
    return { subject: 'cell', id, before, after: { ...part } };
  };

  const review = (actor: Actor, body: NewReview): ReviewResult => {
    server.received.push(body);
    const done = history.find((entry) => entry.id === body.id);
    if (done !== undefined) return resultOf(done);
    if (server.isSigned) refuse(409, 'CASE_NOT_OPEN');
    const { action } = body;
    const sequence = history.length + 1;
    const seen = { by: actor, at: '2026-01-01T00:00:00.000Z' };
    const write = (kind: HistoryAction, changes: HistoryChange[], undoes: string | null = null) => {
      if (changes.length === 0) refuse(409, 'REVIEW_NOTHING');
      const entry: HistoryEntry = {
        id: body.id ?? `entry-${sequence}`,
        caseId,
        sequence,
        at: seen.at,
        by: actor,
        action: kind,
        changes,
        reason: null,
        undoes,
        undoneBy: null,
        hash: '0'.repeat(64),
      };
      history.push(entry);
      server.tell({ type: 'case.changed', caseId, sequence });
      return resultOf(entry);
    };
    if (action.kind === 'undo') {
      const entry = history.find(({ id }) => id === action.historyId);
      if (entry === undefined) return refuse(404, 'NOT_FOUND');
      if (history.some(({ undoes }) => undoes === entry.id)) refuse(409, 'UNDO_DONE');
      const isChanged = entry.changes.some(({ id, after }) =>
        Object.entries(after!).some(
          ([key, value]) =>
            JSON.stringify(cells.get(id)![key as keyof Cell]) !== JSON.stringify(value),
        ),
      );
      if (isChanged) refuse(409, 'UNDO_STALE');
      const changes = entry.changes.map(({ id, before }) =>
        patch(id, before === null ? { isDeleted: true } : (before as Partial<Cell>), sequence),
      );
      return write('cells.undone', changes, entry.id);
    }
    if (action.kind === 'add') {
      const { box, mask, bin } = action;
      const cell = foundCell(900_000 + sequence, { box, mask, bin, origin: 'person', seen });
      cells.set(cell.id, { ...cell, changedIn: sequence });
      const after = { box, mask, bin, seen, isDeleted: false };
      return write('cells.added', [{ subject: 'cell', id: cell.id, before: null, after }]);
    }
    const refs = action.cells.map(({ id, revision }) => ({ cell: cells.get(id)!, revision }));
    if (refs.some(({ cell, revision }) => cell.revision !== revision))
      refuse(409, 'REVISION_STALE');
    if (refs.some(({ cell }) => cell.isDeleted)) refuse(409, 'CELL_DELETED');
    const all = (part: Partial<Cell>) => refs.map(({ cell }) => patch(cell.id, part, sequence));
    switch (action.kind) {
      case 'see':
        return write(
          'cells.seen',
          refs
            .filter(({ cell }) => cell.seen === null)
            .map(({ cell }) => patch(cell.id, { seen }, sequence)),
        );
      case 'reclassify':
        return write('cells.reclassified', all({ bin: action.bin, seen }));
      case 'redraw':
        return write('cells.redrawn', all({ box: action.box, mask: action.mask, seen }));
      case 'delete':
        return write('cells.deleted', all({ isDeleted: true }));
    }
  };
  const resultOf = (entry: HistoryEntry): ReviewResult => ({
    entry,
    cells: entry.changes.map(({ id }) => cells.get(id)!),
  });

  const clientOf = (actor: Actor): CaseApi => ({
    async getCase() {
      await checkLine();
      return parseCase(history.length);
    },
    async listFields() {
      await checkLine();
      return { items: [] };
    },
    async getDifferential() {
      await checkLine();
      return parseDifferential([...cells.values()]);
    },
    async getSignOff() {
      await checkLine();
      return { canSign: false, blockers: [], signersNeeded: 1, signatures: [] };
    },
    async listCells({ query = {} }) {
      await checkLine();
      const since = Number(query.since ?? -1);
      return { items: [...cells.values()].filter((cell) => cell.changedIn > since), next: null };
    },
    async listHistory({ query = {} }) {
      await checkLine();
      const after = Number(query.after ?? 0);
      const items = history.filter(({ sequence }) => sequence > after);
      return { items: items.slice(0, Number(query.limit ?? 200)) };
    },
    async createReview({ body }) {
      await checkLine();
      const result = review(actor, body as NewReview);
      if (server.losesAnswers) throw new TypeError('Failed to fetch');
      return result;
    },
  });
  return server;
}

function parseCase(sequence: number): Awaited<ReturnType<CaseApi['getCase']>> {
  const facts = { id: caseId, number: 'S-1', state: 'open', sequence };
  return facts as Awaited<ReturnType<CaseApi['getCase']>>;
}

function parseDifferential(
  cells: readonly Cell[],
): Awaited<ReturnType<CaseApi['getDifferential']>> {
  const leukocytes = cells.filter((cell) => !cell.isDeleted).length;
  return { leukocytes } as Awaited<ReturnType<CaseApi['getDifferential']>>;
}

/** A browser's storage in memory; `room` is how many entries fit. */
export function memoryStorage(room = Number.POSITIVE_INFINITY) {
  const texts = new Map<string, string>();
  return {
    get length() {
      return texts.size;
    },
    key: (i: number) => [...texts.keys()][i] ?? null,
    getItem: (key: string) => texts.get(key) ?? null,
    setItem(key: string, text: string) {
      if (texts.size >= room && !texts.has(key)) throw new Error('QuotaExceededError');
      texts.set(key, text);
    },
    removeItem: (key: string) => void texts.delete(key),
  };
}
