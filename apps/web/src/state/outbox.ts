/**
 * @file Reviews that the server has not acknowledged, kept in the browser's storage so that a reload or
 * a closed laptop loses none. Each has an id of its own: sending it again counts once.
 *
 * One storage key for each review (`leukoscope.outbox.USER.CASE.REVIEW`): two windows on one case do not
 * overwrite each other, and nobody sends what somebody else did in the same browser.
 */
import type { ReviewIntent } from './review-intent.ts';

/** One review on its way. `id` becomes the id of its history entry. */
export interface OutboxEntry {
  readonly id: string;
  readonly intent: ReviewIntent;
  /** When it was done, ISO 8601. */
  readonly at: string;
  /** Sequence of the case as the person saw it: changes of others after it may contradict. */
  readonly since: number;
  /** Place among the reviews of the case. */
  readonly order: number;
}

/** What is on its way for one case. */
export interface Outbox {
  /** In order. Entries that cannot be read (another version wrote them) are counted, not thrown away. */
  read(): { readonly entries: readonly OutboxEntry[]; readonly unreadable: number };
  /** Keep an entry, new or changed. False: the browser's storage is full or closed to us. */
  put(entry: OutboxEntry): boolean;
  remove(id: string): void;
}

/** The part of `localStorage` that is needed. */
export type TextStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>;

const prefix = 'leukoscope.outbox';

/** Open one person's outbox of a case. */
export function openOutbox(caseId: string, userId: string, storage: TextStorage): Outbox {
  const start = `${prefix}.${userId}.${caseId}.`;
  return {
    read() {
      const texts = keysOf(storage, start).map((key) => storage.getItem(key));
      const read = texts.map((text) => (text === null ? undefined : parseEntry(text)));
      const entries = read.filter((entry) => entry !== undefined);
      entries.sort((a, b) => a.order - b.order || (a.at < b.at ? -1 : 1));
      return { entries, unreadable: read.length - entries.length };
    },
    put(entry) {
      try {
        storage.setItem(start + entry.id, JSON.stringify(entry));
        return true;
      } catch {
        // The quota is used up: the review is still sent, only not kept over a reload.
        return false;
      }
    },
    remove: (id) => storage.removeItem(start + id),
  };
}

/** List the cases for which a person's reviews wait in this browser. */
export function casesWithUnsent(userId: string, storage: TextStorage): string[] {
  const start = `${prefix}.${userId}.`;
  return [...new Set(keysOf(storage, start).map((key) => key.slice(start.length).split('.')[0]!))];
}

function keysOf(storage: TextStorage, start: string): string[] {
  const keys = Array.from({ length: storage.length }, (_, i) => storage.key(i));
  return keys.filter((key) => key !== null).filter((key) => key.startsWith(start));
}

const kinds: readonly string[] = ['see', 'reclassify', 'redraw', 'delete', 'add', 'undo'];

/** The server checks the action itself; here it only must be one of ours, and whole. */
function parseEntry(text: string): OutboxEntry | undefined {
  try {
    const value = JSON.parse(text) as Partial<OutboxEntry> | null;
    const intent = value?.intent;
    const isWhole =
      typeof value?.id === 'string' &&
      typeof value.at === 'string' &&
      typeof value.since === 'number' &&
      typeof value.order === 'number' &&
      intent !== undefined &&
      kinds.includes(intent.kind) &&
      (intent.kind === 'undo'
        ? typeof intent.historyId === 'string'
        : intent.kind === 'add' || Array.isArray(intent.cellIds));
    return isWhole ? (value as OutboxEntry) : undefined;
  } catch {
    return undefined;
  }
}
