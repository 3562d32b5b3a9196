/**
 * @file Saves the conclusion of a case by itself: a moment after the last key, again when the connection
 * was gone, and from the newest revision when somebody else changed the case. What is not saved yet is
 * kept in the browser's storage, so that a reload loses nothing.
 */
import type { Case } from '@leukoscope/contract';
import { messageOf } from '@leukoscope/core';
import { ApiError, type api as pageApi } from '../../state/api.ts';
import type { CaseStore } from '../../state/case-store.ts';
import { createStore, type Store } from '../../state/create-store.ts';
import {
  type Choice,
  type ConclusionDraft,
  draftOf,
  resolved,
  type SaveState,
  saveStateOf,
  sendBegun,
  sendDone,
  sendFailed,
  serverHas,
  typed,
} from './conclusion-draft.ts';

/** What a saver works with; tests put their own in. */
export interface SaverParts {
  readonly api: Pick<typeof pageApi, 'changeCase' | 'getCase'>;
  readonly storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
  /** Act after a while; returns how not to. */
  readonly later: (ms: number, act: () => void) => () => void;
}

/** The conclusion of one case. */
export interface ConclusionSaver extends Pick<Store<ConclusionDraft>, 'get' | 'subscribe'> {
  type(text: string): void;
  resolve(choice: Choice): void;
  /** Save now what waits; resolves with how it stands then. */
  flush(): Promise<SaveState>;
}

/** After the last key; long enough for a word, short enough to be forgotten about. */
const pauseMs = 800;
const retryMs = 3000;

/** Make the saver of an open case. */
export function openConclusionSaver(
  store: Pick<CaseStore, 'caseId' | 'get' | 'subscribe'>,
  first: Case,
  parts: SaverParts,
): ConclusionSaver {
  const { api, storage, later } = parts;
  const params = { id: first.id };
  const key = `leukoscope.conclusion.${first.id}`;
  const draft = createStore(restored(first, storage.getItem(key)));
  let forget = () => {};
  let running: Promise<void> | undefined;

  const set = (next: ConclusionDraft) => {
    draft.set(next);
    if (next.text === next.base.text) storage.removeItem(key);
    else storage.setItem(key, JSON.stringify({ base: next.base, text: next.text }));
  };
  const plan = (ms: number) => {
    forget();
    forget = later(ms, () => void save());
  };
  const hear = (facts: Case) => {
    const before = draft.get();
    const next = serverHas(before, { text: facts.conclusion, revision: facts.revision });
    if (next === before) return;
    set(next);
    if (saveStateOf(next) === 'waiting') plan(pauseMs);
  };

  const saveAll = async () => {
    for (let tries = 0; tries < 5 && isWaiting(draft.get()); tries++) {
      const sending = sendBegun(draft.get());
      set(sending);
      const { text, base } = sending;
      try {
        const body = { conclusion: text, revision: base.revision };
        const saved = await api.changeCase({ params, body });
        set(sendDone(draft.get(), { text: saved.conclusion, revision: saved.revision }));
      } catch (error) {
        if (error instanceof ApiError && error.code === 'REVISION_STALE') {
          set(sendFailed(draft.get(), null));
          hear(await api.getCase({ params }));
          continue;
        }
        set(sendFailed(draft.get(), messageOf(error)));
        if (isWorthAnotherTry(error)) plan(retryMs);
        return;
      }
    }
  };
  /** One run at a time; whoever asks during one waits for it, and what was typed meanwhile goes with it. */
  const save = (): Promise<void> => {
    running ??= saveAll()
      .catch((error: unknown) => {
        // Asking for the newest revision failed.
        set(sendFailed(draft.get(), messageOf(error)));
        plan(retryMs);
      })
      .finally(() => {
        running = undefined;
      });
    return running;
  };

  store.subscribe(() => {
    const state = store.get();
    if (state.status === 'ready') hear(state.open.case);
  });
  if (isWaiting(draft.get())) plan(pauseMs);

  return {
    get: draft.get,
    subscribe: draft.subscribe,
    type(text) {
      set(typed(draft.get(), text));
      if (draft.get().theirs === null) plan(pauseMs);
    },
    resolve(choice) {
      set(resolved(draft.get(), choice));
      plan(0);
    },
    async flush() {
      forget();
      await save();
      return saveStateOf(draft.get());
    },
  };
}

function isWaiting(draft: ConclusionDraft): boolean {
  return draft.theirs === null && draft.sending === null && draft.text !== draft.base.text;
}

/** A refusal stays a refusal; broken connections and busy servers do not. */
function isWorthAnotherTry(error: unknown): boolean {
  return !(error instanceof ApiError) || error.status >= 500 || error.status === 429;
}

/** What was typed before a reload is joined with what the server has now. */
function restored(facts: Case, kept: string | null): ConclusionDraft {
  const stored = { text: facts.conclusion, revision: facts.revision };
  const parsed = kept === null ? undefined : parseKept(kept);
  if (parsed === undefined) return draftOf(stored);
  return serverHas(typed(draftOf(parsed.base), parsed.text), stored);
}

function parseKept(json: string): Pick<ConclusionDraft, 'base' | 'text'> | undefined {
  try {
    const { base, text } = JSON.parse(json) as Partial<ConclusionDraft>;
    const isKept =
      typeof text === 'string' &&
      typeof base?.text === 'string' &&
      typeof base.revision === 'number';
    return isKept ? { base, text } : undefined;
  } catch {
    return undefined;
  }
}
