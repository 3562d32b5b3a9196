/**
 * @file Sends reviews one after the other: the next one names revisions that the answer before it brought.
 *
 * Without a connection it tries again after 1, 2, 4, ... 30 seconds, and at once when it is woken (the
 * stream of events came back). What the server refuses is given up and told; nothing else is.
 */
import type { ReviewResult } from '@leukoscope/contract';
import { messageOf } from '@leukoscope/core';
import type { CaseApi } from './fetch-case.ts';
import type { Outbox, OutboxEntry } from './outbox.ts';
import { refusalOf } from './refusal.ts';
import {
  actionOf,
  type Cells,
  intentText,
  type ReviewIntent,
  withCellId,
} from './review-intent.ts';

/** Whether reviews get through: all are there, some are on their way, or they are kept here meanwhile. */
export type Saving = 'saved' | 'sending' | 'unreachable' | 'signed-out';

/** What a sender works with. */
export interface SenderParts {
  readonly caseId: string;
  readonly api: Pick<CaseApi, 'createReview'>;
  readonly outbox: Outbox;
  /** The cells as the server has them, as far as we know. */
  readonly stored: () => Cells;
  /** Fetch what others did, and reconcile. */
  readonly catchUp: () => Promise<void>;
  /** What waits, or whether it gets through, has changed. */
  readonly onChange: () => void;
  readonly onFault: (message: string) => void;
  readonly onTaken: (entry: OutboxEntry, result: ReviewResult) => void;
  readonly onRefused: (entry: OutboxEntry, message: string) => Promise<void>;
}

/** Sends reviews. */
export interface ReviewSender {
  waiting(): readonly OutboxEntry[];
  saving(): Saving;
  add(entry: Omit<OutboxEntry, 'order'>): void;
  /** Put what is left in the place of what waited. */
  replace(entries: readonly OutboxEntry[]): void;
  /** Try now. */
  wake(): void;
}

const firstWaitMs = 1000;
const longestWaitMs = 30_000;
/** Others cannot be faster for ever: after this many tries the review is given up and told. */
const mostStaleTries = 8;

/** Open a sender; what an earlier page left in the outbox waits first. */
export function openReviewSender(parts: SenderParts): ReviewSender {
  const { outbox } = parts;
  const kept = outbox.read();
  let waiting = kept.entries;
  let saving: Saving = waiting.length > 0 ? 'sending' : 'saved';
  let isSending = false;
  let waitMs = firstWaitMs;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let staleTries = 0;
  if (kept.unreadable > 0) {
    parts.onFault(
      `This browser keeps ${kept.unreadable} unsent ${kept.unreadable === 1 ? 'review' : 'reviews'} of this case ` +
        'that this version cannot read. They were not sent: check the last cells you worked on.',
    );
  }

  const replace = (entries: readonly OutboxEntry[]) => {
    if (entries === waiting) return;
    const before = new Map(waiting.map((entry) => [entry.id, entry]));
    waiting = entries;
    for (const entry of entries) {
      if (before.get(entry.id) !== entry) keep(entry);
      before.delete(entry.id);
    }
    for (const id of before.keys()) outbox.remove(id);
  };

  const keep = (entry: OutboxEntry) => {
    if (outbox.put(entry)) return;
    parts.onFault(
      'This browser has no room left to keep unsent reviews. They are being sent: leave this page open until all are saved.',
    );
  };

  const drop = (id: string) => replace(waiting.filter((entry) => entry.id !== id));

  /** The server's id of a cell that was drawn here takes the place of the one it had until now. */
  const dropTaken = ({ id, intent }: OutboxEntry, result: ReviewResult) => {
    const cellId = intent.kind === 'add' ? result.cells[0]?.id : undefined;
    const left = waiting.filter((entry) => entry.id !== id);
    if (cellId === undefined) return replace(left);
    replace(
      left.map((entry) => {
        const renamed: ReviewIntent = withCellId(entry.intent, id, cellId);
        return renamed === entry.intent ? entry : { ...entry, intent: renamed };
      }),
    );
  };

  const tryLater = (next: Saving) => {
    saving = next;
    parts.onChange();
    timer = setTimeout(wake, waitMs);
    waitMs = Math.min(waitMs * 2, longestWaitMs);
  };

  /** Returns whether to go on with the next. */
  const sendOne = async (entry: OutboxEntry): Promise<boolean> => {
    const action = actionOf(entry.intent, parts.stored());
    if (action === undefined) {
      // Others deleted all its cells.
      drop(entry.id);
      return true;
    }
    try {
      const body = { id: entry.id, action };
      const result = await parts.api.createReview({ params: { id: parts.caseId }, body });
      dropTaken(entry, result);
      staleTries = 0;
      waitMs = firstWaitMs;
      parts.onTaken(entry, result);
      return true;
    } catch (error) {
      return onFailure(entry, error);
    }
  };

  const onFailure = async (entry: OutboxEntry, error: unknown): Promise<boolean> => {
    const refusal = refusalOf(error);
    if (refusal === 'stale' && ++staleTries < mostStaleTries) {
      try {
        await parts.catchUp();
        return true;
      } catch (cause) {
        return onFailure(entry, cause);
      }
    }
    staleTries = 0;
    if (refusal === 'unreachable' || refusal === 'signed-out') {
      tryLater(refusal);
      return false;
    }
    drop(entry.id);
    if (refusal === 'empty') {
      await parts.catchUp().catch(() => {});
      return true;
    }
    // What would have undone it has nothing to undo.
    replace(
      waiting.filter(({ intent }) => intent.kind !== 'undo' || intent.historyId !== entry.id),
    );
    await parts.onRefused(entry, `${intentText(entry.intent)} was refused: ${messageOf(error)}`);
    return true;
  };

  const send = async () => {
    if (isSending) return;
    isSending = true;
    clearTimeout(timer);
    try {
      for (let entry = waiting[0]; entry !== undefined; entry = waiting[0]) {
        if (!(await sendOne(entry))) return;
        saving = waiting.length > 0 ? 'sending' : 'saved';
        parts.onChange();
      }
    } finally {
      isSending = false;
    }
  };
  const wake = () => void send();

  return {
    waiting: () => waiting,
    saving: () => saving,
    replace,
    wake,
    add(entry) {
      const placed = { ...entry, order: (waiting.at(-1)?.order ?? 0) + 1 };
      waiting = [...waiting, placed];
      keep(placed);
      if (saving === 'saved') saving = 'sending';
      parts.onChange();
      // While the server cannot be reached the timer asks, not every key stroke.
      if (saving === 'sending') wake();
    },
  };
}
