/**
 * @file One open case: what the server has, with the reviews on their way already applied.
 *
 * Reviews are shown at once, kept in the outbox, sent one after the other, and replaced by the server's
 * answer. Changes of other people arrive as events and are fetched by sequence. Every page of a case
 * reads this store; none of them talks to the server about cells by itself.
 */
import type {
  Actor,
  Case,
  Cell,
  DifferentialJson,
  Field,
  HistoryEntry,
  NewReview,
  ServerEvent,
  SignOff,
} from '@leukoscope/contract';
import { messageOf } from '@leukoscope/core';
import { ApiError, api as pageApi, newId } from './api.ts';
import { createStore, type Store } from './create-store.ts';
import { listen as pageListen } from './live-events.ts';
import { type Outbox, type OutboxEntry, openOutbox } from './outbox.ts';
import { actionOf, applyIntent, type ReviewIntent } from './review-intent.ts';
import {
  emptyStacks,
  stacksOfHistory,
  type UndoStacks,
  withRedo,
  withReview,
  withUndo,
} from './undo-stacks.ts';

/** How far the analysis of a field is. */
export interface FieldProgress {
  readonly progress: number;
  readonly stage: string | null;
}

/** An open case. */
export interface OpenCase {
  readonly case: Case;
  readonly fields: readonly Field[];
  /** Cells that are not deleted, reviews on their way applied. */
  readonly cells: ReadonlyMap<string, Cell>;
  readonly differential: DifferentialJson;
  readonly signOff: SignOff;
  /** Of the fields under analysis, by field. */
  readonly progress: ReadonlyMap<string, FieldProgress>;
  /** Reviews the server has not acknowledged. */
  readonly unsent: number;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
}

/** What the store of a case holds. */
export type CaseState =
  | { readonly status: 'loading' }
  | { readonly status: 'failed'; readonly message: string }
  | { readonly status: 'ready'; readonly open: OpenCase };

/** The store of one case. */
export interface CaseStore extends Pick<Store<CaseState>, 'get' | 'subscribe'> {
  readonly caseId: string;
  /** The last thing that was refused, for people; null once dismissed or when something succeeded. */
  readonly fault: Store<string | null>;
  /** Do something to cells: shown at once, saved as soon as the server answers. */
  review(intent: ReviewIntent): void;
  undo(): void;
  redo(): void;
  /** Fetch everything anew: after a change that was not a review (signing, facts, fields). */
  reload(): Promise<void>;
  close(): void;
}

/** What a store works with; tests put their own in. */
export interface CaseStoreParts {
  readonly api: Pick<
    typeof pageApi,
    | 'getCase'
    | 'listFields'
    | 'listCells'
    | 'getDifferential'
    | 'getSignOff'
    | 'listHistory'
    | 'createReview'
  >;
  readonly listen: (listener: (event: ServerEvent) => void) => () => void;
  readonly outbox: Outbox;
  readonly me: Actor;
  readonly clock: () => Date;
}

/** The parts of the page itself. */
export function pageParts(caseId: string, me: Actor): CaseStoreParts {
  return {
    api: pageApi,
    listen: pageListen,
    outbox: openOutbox(caseId, localStorage),
    me,
    clock: () => new Date(),
  };
}

/** Open a case. */
export function openCase(caseId: string, parts: CaseStoreParts): CaseStore {
  const { api, outbox, me } = parts;
  const params = { id: caseId };
  const state = createStore<CaseState>({ status: 'loading' });
  const fault = createStore<string | null>(null);
  const progress = new Map<string, FieldProgress>();
  let waiting: readonly OutboxEntry[] = outbox.read();
  let stored: ReadonlyMap<string, Cell> = new Map();
  let rest: Pick<OpenCase, 'case' | 'fields' | 'differential' | 'signOff'> | undefined;
  let stacks: UndoStacks = emptyStacks;
  let sequence = 0;
  let isClosed = false;
  let isSending = false;

  const show = () => {
    if (rest === undefined || isClosed) return;
    const seen = { by: me, at: parts.clock().toISOString() };
    const cells = waiting.reduce((map, { intent }) => applyIntent(intent, map, seen), stored);
    state.set({
      status: 'ready',
      open: {
        ...rest,
        cells,
        progress: new Map(progress),
        unsent: waiting.length,
        canUndo: stacks.undo.length > 0,
        canRedo: stacks.redo.length > 0,
      },
    });
  };

  /** Everything but the cells: small, and asked for again after every change. */
  const fetchRest = async () => {
    const [facts, fields, differential, signOff] = await Promise.all([
      api.getCase({ params }),
      api.listFields({ params }),
      api.getDifferential({ params }),
      api.getSignOff({ params }),
    ]);
    rest = { case: facts, fields: fields.items, differential, signOff };
  };

  const fetchCells = async (since?: number) => {
    const next = since === undefined ? new Map<string, Cell>() : new Map(stored);
    let cursor: string | undefined;
    do {
      const page = await api.listCells({
        params,
        query: { ...(since !== undefined && { since }), ...(cursor !== undefined && { cursor }) },
      });
      for (const cell of page.items) takeCell(next, cell);
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
    stored = next;
  };

  const fetchHistory = async () => {
    const entries: HistoryEntry[] = [];
    for (;;) {
      const after = entries.at(-1)?.sequence ?? 0;
      const { items }: { items: HistoryEntry[] } = await api.listHistory({ params, query: { after, limit: 500 } });
      entries.push(...items);
      if (items.length < 500) break;
    }
    stacks = stacksOfHistory(entries, me.id);
  };

  const reload = async () => {
    try {
      await Promise.all([fetchRest(), fetchCells(), fetchHistory()]);
      sequence = rest?.case.sequence ?? 0;
      show();
    } catch (error) {
      if (rest === undefined) state.set({ status: 'failed', message: messageOf(error) });
      else fault.set(messageOf(error));
    }
  };

  // At most one catch-up at a time, and one more if something happened meanwhile.
  let isCatchingUp = false;
  let isBehind = false;
  const catchUp = async () => {
    isBehind = true;
    if (isCatchingUp) return;
    isCatchingUp = true;
    try {
      while (isBehind && !isClosed) {
        isBehind = false;
        const since = sequence;
        await Promise.all([fetchRest(), fetchCells(since)]);
        sequence = Math.max(sequence, rest?.case.sequence ?? 0);
        show();
      }
    } catch (error) {
      fault.set(messageOf(error));
    } finally {
      isCatchingUp = false;
    }
  };

  const keep = (entries: readonly OutboxEntry[]) => {
    waiting = entries;
    outbox.write(entries);
  };

  const send = async () => {
    if (isSending) return;
    isSending = true;
    try {
      for (let entry = waiting[0]; entry !== undefined && !isClosed; entry = waiting[0]) {
        if (!(await sendOne(entry))) return;
      }
    } finally {
      isSending = false;
    }
  };

  /** Returns whether to go on with the next. */
  const sendOne = async ({ id, intent }: OutboxEntry): Promise<boolean> => {
    const action = actionOf(intent, stored);
    if (action === undefined) {
      keep(waiting.slice(1));
      show();
      return true;
    }
    const body: NewReview = { id, action };
    try {
      const { entry, cells } = await api.createReview({ params, body });
      const next = new Map(stored);
      for (const cell of cells) takeCell(next, cell);
      stored = next;
      stacks = stacksAfter(stacks, intent, entry);
      keep(waiting.slice(1));
      fault.set(null);
      show();
      void catchUp();
      return true;
    } catch (error) {
      const isRefused = error instanceof ApiError && error.status >= 400 && error.status < 500;
      fault.set(messageOf(error));
      if (isRefused && error.status !== 429 && error.status !== 401) {
        // Somebody else was faster, or the case was signed: show what is true now.
        keep(waiting.slice(1));
        await reload();
        return true;
      }
      // No connection or a busy server: keep it and try again.
      show();
      setTimeout(() => void send(), 2000);
      return false;
    }
  };

  const review = (intent: ReviewIntent) => {
    keep([...waiting, { id: newId(), intent }]);
    show();
    void send();
  };

  const stopListening = parts.listen((event) => {
    if (event.type === 'hello') {
      if (rest !== undefined) void catchUp();
      return;
    }
    if (event.type === 'site.changed') return void catchUp();
    if (event.caseId !== caseId) return;
    if (event.type === 'job.changed') {
      if (event.state === 'active' || event.state === 'queued') {
        progress.set(event.fieldId, { progress: event.progress, stage: event.stage });
      } else progress.delete(event.fieldId);
      show();
    } else if (event.type === 'field.changed') void catchUp();
    else if (event.type === 'case.changed' && event.sequence > sequence) void catchUp();
  });

  void reload().then(send);

  return {
    caseId,
    fault,
    get: state.get,
    subscribe: state.subscribe,
    review,
    undo() {
      const historyId = stacks.undo.at(-1);
      if (historyId !== undefined && waiting.length === 0) review({ kind: 'undo', historyId });
    },
    redo() {
      const historyId = stacks.redo.at(-1);
      if (historyId !== undefined && waiting.length === 0) review({ kind: 'undo', historyId });
    },
    reload,
    close() {
      isClosed = true;
      stopListening();
    },
  };
}

function takeCell(cells: Map<string, Cell>, cell: Cell): void {
  if (cell.isDeleted) cells.delete(cell.id);
  else cells.set(cell.id, cell);
}

function stacksAfter(stacks: UndoStacks, intent: ReviewIntent, entry: HistoryEntry): UndoStacks {
  if (intent.kind !== 'undo') return withReview(stacks, entry.id);
  if (stacks.redo.at(-1) === intent.historyId) return withRedo(stacks, entry.id);
  if (stacks.undo.at(-1) === intent.historyId) return withUndo(stacks, entry.id);
  return stacks;
}
