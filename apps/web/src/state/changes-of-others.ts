/**
 * @file What other people (or oneself, in another window) did to a case meanwhile: what contradicts one's
 * own reviews on their way, and how it is announced.
 *
 * A cell that somebody only confirmed contradicts nothing: a correction goes on from there. A cell that
 * somebody moved, redrew or deleted after one had last looked is left as they made it, and one is told.
 */
import type { Actor, HistoryEntry } from '@leukoscope/contract';
import { binName } from './bins.ts';
import type { OutboxEntry } from './outbox.ts';
import { cellCount, withoutCells } from './review-intent.ts';
import { binSchema } from '@leukoscope/contract';

/** What is left of the reviews on their way, and what is not. */
export interface Reconciled {
  readonly waiting: readonly OutboxEntry[];
  /** Cells whose review was given up. */
  readonly lostCellIds: ReadonlySet<string>;
  /** Names of those who were faster. */
  readonly by: readonly string[];
}

/** Take the cells out of waiting reviews that others changed since the reviewer looked. */
export function reconcile(
  waiting: readonly OutboxEntry[],
  news: readonly HistoryEntry[],
  me: Actor,
): Reconciled {
  const foreign = news.filter((entry) => entry.by.id !== me.id);
  const lostCellIds = new Set<string>();
  const by = new Set<string>();
  const dropped = new Set<string>();
  const kept = waiting.flatMap((entry) => {
    const { intent } = entry;
    if (intent.kind === 'undo' && dropped.has(intent.historyId)) {
      dropped.add(entry.id);
      return [];
    }
    const contradicting = foreign.filter(({ sequence }) => sequence > entry.since);
    const gone = new Set(contradicting.flatMap(movedCellIds));
    const left = withoutCells(intent, gone);
    if (left === intent) return [entry];
    const ids = 'cellIds' in intent ? intent.cellIds.filter((id) => gone.has(id)) : [];
    // What is lost by not confirming a cell that somebody else has just decided? Nothing.
    if (intent.kind !== 'see') {
      for (const id of ids) lostCellIds.add(id);
      for (const other of contradicting) {
        if (movedCellIds(other).some((id) => ids.includes(id))) by.add(other.by.name);
      }
    }
    if (left === undefined) dropped.add(entry.id);
    return left === undefined ? [] : [{ ...entry, intent: left }];
  });
  return { waiting: kept, lostCellIds, by: [...by] };
}

/** Say that own changes were given up; undefined when none was. */
export function lossText({ lostCellIds, by }: Reconciled): string | undefined {
  if (lostCellIds.size === 0) return undefined;
  return (
    `${by.join(' and ')} changed ${cellCount(lostCellIds.size)} that you were changing too. ` +
    'Your change was left out there; look again and repeat it if needed.'
  );
}

/** Say what others did, for a polite announcement; undefined when there is nothing to say. */
export function newsText(news: readonly HistoryEntry[], me: Actor): string | undefined {
  const texts = news.flatMap((entry) => {
    // Own facts, comments and signatures bear no mark of the window that they were made in: most often it is
    // this one, where they are no news.
    if (entry.by.id === me.id && !entry.action.startsWith('cells.')) return [];
    const what = entryText(entry);
    if (what === undefined) return [];
    const who = entry.by.id === me.id ? 'You, in another window,' : entry.by.name;
    return [`${who} ${what}.`];
  });
  if (texts.length > 3) return `${texts.slice(-2).join(' ')} And ${texts.length - 2} changes more.`;
  return texts.length === 0 ? undefined : texts.join(' ');
}

/** Cells that the entry moved, redrew, deleted or brought back; not those it only confirmed. */
function movedCellIds(entry: HistoryEntry): string[] {
  return entry.changes.flatMap(({ subject, id, before, after }) => {
    if (subject !== 'cell') return [];
    const isMoved = ['bin', 'box', 'mask', 'isDeleted'].some(
      (key) => JSON.stringify(before?.[key]) !== JSON.stringify(after?.[key]),
    );
    return isMoved ? [id] : [];
  });
}

function entryText(entry: HistoryEntry): string | undefined {
  const cells = cellCount(entry.changes.filter((change) => change.subject === 'cell').length);
  switch (entry.action) {
    case 'cells.seen':
      return `confirmed ${cells}`;
    case 'cells.reclassified': {
      const bin = binSchema.safeParse(entry.changes[0]?.after?.['bin']);
      return bin.success ? `moved ${cells} to ${binName(bin.data)}` : `moved ${cells}`;
    }
    case 'cells.redrawn':
      return `redrew ${cells}`;
    case 'cells.deleted':
      return `deleted ${cells}`;
    case 'cells.added':
      return `added ${cells}`;
    case 'cells.undone':
      return `undid a change of ${cells}`;
    case 'case.signed':
      return 'signed the case';
    case 'case.signature-withdrawn':
      return 'withdrew a signature';
    case 'case.amended':
      return 'opened the case again';
    case 'case.changed':
      return "changed the case's facts";
    case 'comment.added':
      return 'commented';
    case 'field.added':
      return 'added a field';
    case 'field.removed':
      return 'removed a field';
    default:
      return undefined;
  }
}
