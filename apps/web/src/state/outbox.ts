/**
 * @file Reviews that the server has not acknowledged, kept in the browser's storage so that a reload or
 * a closed laptop loses none. Each has an id of its own: sending it again counts once.
 */
import type { ReviewIntent } from './review-intent.ts';

/** One review on its way. */
export interface OutboxEntry {
  readonly id: string;
  readonly intent: ReviewIntent;
}

/** What is on its way for one case. */
export interface Outbox {
  read(): readonly OutboxEntry[];
  write(entries: readonly OutboxEntry[]): void;
}

/** The part of `localStorage` that is needed. */
export type TextStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/** Open the outbox of a case. */
export function openOutbox(caseId: string, storage: TextStorage): Outbox {
  const key = `leukoscope.outbox.${caseId}`;
  return {
    read() {
      const text = storage.getItem(key);
      return text === null ? [] : (JSON.parse(text) as OutboxEntry[]);
    },
    write(entries) {
      if (entries.length === 0) storage.removeItem(key);
      else storage.setItem(key, JSON.stringify(entries));
    },
  };
}
