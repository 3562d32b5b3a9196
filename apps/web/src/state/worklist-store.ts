/**
 * @file The worklist: one page of cases, kept up to date by events, with what only the case itself tells
 * (flags, who changed it last) fetched behind the list.
 */
import type { Actor, Case, CaseState, Flag, ServerEvent } from '@leukoscope/contract';
import { messageOf } from '@leukoscope/core';
import type { api as pageApi } from './api.ts';
import { createStore, type Store } from './create-store.ts';

/** What the list shows. */
export interface WorklistQuery {
  readonly search: string;
  /** Undefined: cases in any state. */
  readonly state: CaseState | undefined;
}

/** What is told of a case behind the list. */
export interface CaseAside {
  /** Of the case's history when this was asked. */
  readonly sequence: number;
  readonly flags: readonly Flag[];
  readonly changedBy: Actor | undefined;
}

/** What the store holds. */
export interface Worklist {
  readonly status: 'loading' | 'ready' | 'failed';
  readonly fault: string | null;
  readonly query: WorklistQuery;
  readonly items: readonly Case[];
  readonly asides: ReadonlyMap<string, CaseAside>;
  /** 1, 2, 3, ... */
  readonly page: number;
  readonly hasNext: boolean;
}

/** The store of the worklist. */
export interface WorklistStore extends Pick<Store<Worklist>, 'get' | 'subscribe'> {
  ask(query: WorklistQuery): void;
  next(): void;
  previous(): void;
  refresh(): Promise<void>;
  close(): void;
}

/** What a store works with. */
export interface WorklistParts {
  readonly api: Pick<typeof pageApi, 'listCases' | 'getDifferential' | 'listHistory'>;
  readonly listen: (listener: (event: ServerEvent) => void) => () => void;
  /** Cases on a page. @default 25 */
  readonly pageSize?: number;
  /** Events come in bursts while fields are analysed: ask once for all that came in this time. @default 400 */
  readonly quietMs?: number;
}

/** Open the worklist. */
export function openWorklist(first: WorklistQuery, parts: WorklistParts): WorklistStore {
  const { api, pageSize = 25, quietMs = 400 } = parts;
  const state = createStore<Worklist>({
    status: 'loading',
    fault: null,
    query: first,
    items: [],
    asides: new Map(),
    page: 1,
    hasNext: false,
  });
  /** Cursors of the pages before the next one; the first page has none. */
  let cursors: (string | undefined)[] = [undefined];
  let next: string | null = null;
  let asked = 0;
  let isClosed = false;

  const fetchPage = async () => {
    const mine = ++asked;
    const { query } = state.get();
    const cursor = cursors.at(-1);
    try {
      const answer = await api.listCases({
        query: {
          limit: pageSize,
          ...(query.search !== '' && { search: query.search }),
          ...(query.state !== undefined && { state: query.state }),
          ...(cursor !== undefined && { cursor }),
        },
      });
      // An answer to an older question must not replace that of a newer one.
      if (mine !== asked || isClosed) return;
      next = answer.next;
      state.patch({
        status: 'ready',
        fault: null,
        items: answer.items,
        page: cursors.length,
        hasNext: next !== null,
      });
      void fetchAsides();
    } catch (error) {
      if (mine !== asked || isClosed) return;
      const hasItems = state.get().status === 'ready';
      state.patch({ status: hasItems ? 'ready' : 'failed', fault: messageOf(error) });
    }
  };

  let isFetchingAsides = false;
  const fetchAsides = async () => {
    if (isFetchingAsides) return;
    isFetchingAsides = true;
    try {
      for (let item = lacking(); item !== undefined && !isClosed; item = lacking()) {
        const aside = await asideOf(item);
        state.patch({ asides: new Map(state.get().asides).set(item.id, aside) });
      }
    } catch (error) {
      state.patch({ fault: messageOf(error) });
    } finally {
      isFetchingAsides = false;
    }
  };
  const lacking = () => {
    const { items, asides } = state.get();
    return items.find((item) => asides.get(item.id)?.sequence !== item.sequence);
  };
  const asideOf = async (item: Case): Promise<CaseAside> => {
    const params = { id: item.id };
    const [differential, history] = await Promise.all([
      item.counts.cells === 0 ? undefined : api.getDifferential({ params }),
      api.listHistory({ params, query: { after: Math.max(0, item.sequence - 1), limit: 1 } }),
    ]);
    return {
      sequence: item.sequence,
      flags: differential?.flags ?? [],
      changedBy: history.items[0]?.by,
    };
  };

  let timer: ReturnType<typeof setTimeout> | undefined;
  const refreshSoon = () => {
    timer ??= setTimeout(() => {
      timer = undefined;
      void fetchPage();
    }, quietMs);
  };
  const stopListening = parts.listen((event) => {
    if (event.type === 'case.changed' || event.type === 'field.changed' || event.type === 'hello')
      refreshSoon();
  });

  void fetchPage();
  return {
    get: state.get,
    subscribe: state.subscribe,
    ask(query) {
      cursors = [undefined];
      state.patch({ query });
      void fetchPage();
    },
    next() {
      if (next === null) return;
      cursors = [...cursors, next];
      void fetchPage();
    },
    previous() {
      if (cursors.length === 1) return;
      cursors = cursors.slice(0, -1);
      void fetchPage();
    },
    refresh: fetchPage,
    close() {
      isClosed = true;
      clearTimeout(timer);
      stopListening();
    },
  };
}
