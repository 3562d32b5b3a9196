/**
 * @file One open case: what the server has, with the reviews on their way already applied.
 *
 * Reviews are shown at once, kept in the outbox, sent one after the other, and replaced by the server's
 * answer. Changes of other people arrive as events and are fetched by sequence. Every page of a case
 * reads this store; none of them talks to the server about cells by itself.
 */
import type { Actor, Cell, HistoryEntry, ServerEvent } from '@leukoscope/contract';
import { messageOf } from '@leukoscope/core';
import { api as pageApi, newId } from './api.ts';
import { lossText, newsText, reconcile } from './changes-of-others.ts';
import { createStore, type Store } from './create-store.ts';
import {
  type CaseApi,
  type CaseFacts,
  fetchCells,
  fetchFacts,
  fetchHistory,
  withCells,
} from './fetch-case.ts';
import { listen as pageListen } from './live-events.ts';
import { type Outbox, type OutboxEntry, openOutbox } from './outbox.ts';
import { type Cells, chunksOf, type ReviewIntent, withoutEmptyWork } from './review-intent.ts';
import { openReviewSender, type Saving } from './review-sender.ts';
import { type ShownCells, shownCells } from './shown-cells.ts';
import {
  emptyStacks,
  stacksOfHistory,
  type UndoStacks,
  withEntry,
  withWaiting,
} from './undo-stacks.ts';

/** How far the analysis of a field is. */
export interface FieldProgress {
  readonly progress: number;
  readonly stage: string | null;
}

/** An open case. */
export interface OpenCase extends CaseFacts {
  /** Cells that are not deleted, reviews on their way applied. */
  readonly cells: ReadonlyMap<string, Cell>;
  /** Of those: drawn here and not yet known to the server, so without a picture. */
  readonly drawnIds: ReadonlySet<string>;
  /** Of the fields under analysis, by field. */
  readonly progress: ReadonlyMap<string, FieldProgress>;
  /** Reviews the server has not acknowledged. */
  readonly unsent: number;
  /** Whether those get through. */
  readonly saving: Saving;
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
  /** The last thing that was refused or lost, for people; null once dismissed. */
  readonly fault: Store<string | null>;
  /** What others did last, for a polite announcement. */
  readonly news: Store<string | null>;
  /** Do something to cells: shown at once, saved as soon as the server answers. */
  review(intent: ReviewIntent): void;
  undo(): void;
  redo(): void;
  /** Whether an entry of the history is a review that was made in this window. */
  isOwn(entryId: string): boolean;
  /** Fetch everything anew: after a change that was not a review (signing, facts, fields). */
  reload(): Promise<void>;
  /** Stop showing the case. What is on its way is still sent. */
  close(): void;
}

/** What a store works with; tests put their own in. */
export interface CaseStoreParts {
  readonly api: CaseApi;
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
    outbox: openOutbox(caseId, me.id ?? 'local', localStorage),
    me,
    clock: () => new Date(),
  };
}

/** The contract's limit of cells in one review. */
const cellsPerReview = 5000;
/** Quick reviews follow each other; their counts are fetched once for all of them. */
const catchUpDelayMs = 120;

/** Open a case. */
export function openCase(caseId: string, parts: CaseStoreParts): CaseStore {
  const { api, me } = parts;
  const state = createStore<CaseState>({ status: 'loading' });
  const fault = createStore<string | null>(null);
  const news = createStore<string | null>(null);
  const progress = new Map<string, FieldProgress>();
  /** Entries that were made in this window: no news to it. */
  const ownIds = new Set<string>();
  /** Own reviews by id: an undo restores what stands in them. */
  const entries = new Map<string, HistoryEntry>();
  /** Entries whose undo was refused: others changed their cells since. */
  const stuck = new Set<string>();
  let stored: Cells = new Map();
  let facts: CaseFacts | undefined;
  let stacks: UndoStacks = emptyStacks;
  let sequence = 0;
  let isClosed = false;

  // The same cells give the same map: progress of an analysis does not draw the gallery anew.
  let last: { stored: Cells; waiting: readonly OutboxEntry[]; shown: ShownCells } | undefined;
  const shownNow = (): ShownCells => {
    const waiting = sender.waiting();
    if (last?.stored !== stored || last.waiting !== waiting) {
      last = { stored, waiting, shown: shownCells(stored, waiting, { caseId, me, entries }) };
    }
    return last.shown;
  };

  const show = () => {
    if (facts === undefined || isClosed) return;
    const waiting = sender.waiting();
    const pending = withWaiting(stacks, waiting);
    state.set({
      status: 'ready',
      open: {
        ...facts,
        ...shownNow(),
        progress: new Map(progress),
        unsent: waiting.length,
        saving: sender.saving(),
        canUndo: pending.undo.length > 0,
        canRedo: pending.redo.length > 0,
      },
    });
  };

  /** Take in what happened: how far we know it, and what of it contradicts own reviews. */
  const takeHistory = (fresh: readonly HistoryEntry[]) => {
    sequence = Math.max(sequence, fresh.at(-1)?.sequence ?? 0);
    const reconciled = reconcile(sender.waiting(), fresh, me);
    sender.replace(reconciled.waiting);
    const loss = lossText(reconciled);
    if (loss !== undefined) fault.set(loss);
  };

  /** The stacks by the history, without what still waits here, with what was taken while it was fetched. */
  const stacksOf = (all: readonly HistoryEntry[]): UndoStacks => {
    const known = new Set(all.map((entry) => entry.id));
    const waiting = new Set(sender.waiting().map((entry) => entry.id));
    const later = [...entries.values()].filter((entry) => !known.has(entry.id));
    for (const entry of all) if (entry.by.id === me.id) entries.set(entry.id, entry);
    return later.reduce(
      (next, entry) => withEntry(next, entry.id, entry.undoes),
      stacksOfHistory(
        all.filter((entry) => !waiting.has(entry.id) && !stuck.has(entry.id)),
        me.id,
      ),
    );
  };

  const reload = async () => {
    try {
      // The history first: cells are then at least as new as the sequence it ends with.
      const all = await fetchHistory(api, caseId, 0);
      const [nextFacts, cells] = await Promise.all([
        fetchFacts(api, caseId),
        fetchCells(api, caseId),
      ]);
      facts = nextFacts;
      stored = withCells(stored, cells);
      stacks = stacksOf(all);
      takeHistory(all);
      show();
    } catch (error) {
      if (facts === undefined) state.set({ status: 'failed', message: messageOf(error) });
      else fault.set(messageOf(error));
    }
  };

  /** Fetch what happened since; throws when the server cannot be reached. */
  const fetchNews = async (withFields: boolean) => {
    const fresh = await fetchHistory(api, caseId, sequence);
    const mayChangeFields =
      withFields ||
      fresh.some(({ action }) => !/^(cells\.(seen|reclassified)|comment)/.test(action));
    const [nextFacts, cells] = await Promise.all([
      fetchFacts(api, caseId, mayChangeFields ? undefined : facts),
      fetchCells(api, caseId, sequence),
    ]);
    facts = nextFacts;
    stored = withCells(stored, cells);
    takeHistory(fresh);
    const text = newsText(
      fresh.filter((entry) => !ownIds.has(entry.id)),
      me,
    );
    if (text !== undefined) news.set(text);
    show();
  };

  // At most one catch-up at a time, and one more if something happened meanwhile.
  let catchingUp: Promise<void> | undefined;
  let isBehind = false;
  let mustFetchFields = false;
  const catchUp = (withFields = false): Promise<void> => {
    isBehind = true;
    mustFetchFields ||= withFields;
    catchingUp ??= (async () => {
      try {
        while (isBehind) {
          const fields = mustFetchFields;
          isBehind = false;
          mustFetchFields = false;
          await fetchNews(fields);
        }
      } finally {
        catchingUp = undefined;
      }
    })();
    return catchingUp;
  };
  let timer: ReturnType<typeof setTimeout> | undefined;
  const catchUpSoon = (withFields = false) => {
    mustFetchFields ||= withFields;
    timer ??= setTimeout(() => {
      timer = undefined;
      // Without a connection `hello` of the next one brings us here again.
      if (facts !== undefined && !isClosed) catchUp().catch(() => {});
    }, catchUpDelayMs);
  };

  const sender = openReviewSender({
    caseId,
    api,
    outbox: parts.outbox,
    stored: () => stored,
    catchUp: () => catchUp(true),
    onChange: show,
    onFault: (message) => fault.set(message),
    onTaken({ id, intent }, result) {
      stored = withCells(stored, result.cells);
      entries.set(result.entry.id, result.entry);
      stacks = withEntry(stacks, id, intent.kind === 'undo' ? intent.historyId : null);
      catchUpSoon();
    },
    onRefused({ intent }, message) {
      // Nothing stands behind it any more: the next undo goes on with what was done before.
      if (intent.kind === 'undo') stuck.add(intent.historyId);
      fault.set(message);
      return reload();
    },
  });

  const review = (intent: ReviewIntent) => {
    if (facts === undefined) return;
    const work = withoutEmptyWork(intent, shownNow().cells);
    if (work === undefined) return;
    for (const part of chunksOf(work, cellsPerReview)) {
      const id = newId();
      ownIds.add(id);
      sender.add({ id, intent: part, at: parts.clock().toISOString(), since: sequence });
    }
  };

  const stopListening = parts.listen((event) => {
    if (event.type === 'hello') {
      if (facts === undefined) return state.get().status === 'failed' ? start() : undefined;
      sender.wake();
      return catchUpSoon(true);
    }
    if (event.type === 'site.changed') return catchUpSoon();
    if (!('caseId' in event) || event.caseId !== caseId) return;
    if (event.type === 'job.changed') {
      if (event.state === 'active' || event.state === 'queued') {
        progress.set(event.fieldId, { progress: event.progress, stage: event.stage });
      } else progress.delete(event.fieldId);
      show();
    } else if (event.type === 'field.changed') catchUpSoon(true);
    else if (event.type === 'case.changed' && event.sequence > sequence) catchUpSoon();
  });

  const step = (pick: (stacks: UndoStacks) => string | undefined) => {
    const historyId = pick(withWaiting(stacks, sender.waiting()));
    if (historyId !== undefined) review({ kind: 'undo', historyId });
  };
  const start = () => {
    // Revisions are filled in from the cells: nothing is sent before those are here.
    void reload().then(() => facts !== undefined && sender.wake());
  };
  start();
  return {
    caseId,
    fault,
    news,
    get: state.get,
    subscribe: state.subscribe,
    review,
    undo: () => step(({ undo }) => undo.at(-1)),
    redo: () => step(({ redo }) => redo.at(-1)),
    isOwn: (entryId) => ownIds.has(entryId),
    reload,
    close() {
      isClosed = true;
      clearTimeout(timer);
      stopListening();
    },
  };
}
