/**
 * @file What one person can undo and redo in a case, as stacks of history entries.
 *
 * Undo is itself a review (it restores the cells of an entry) and redo undoes that undo, so both stacks
 * hold the id of the entry that the next undo review must name. A review's id becomes the id of its
 * history entry: so the stacks of reviews that are still on their way are known before the server answers.
 */
import type { HistoryEntry } from '@leukoscope/contract';
import type { OutboxEntry } from './outbox.ts';

/** Ids of history entries, the next one last. */
export interface UndoStacks {
  readonly undo: readonly string[];
  readonly redo: readonly string[];
}

/** Nothing to undo. */
export const emptyStacks: UndoStacks = { undo: [], redo: [] };

/** Build the stacks from the case's history: own reviews of cells, oldest first. */
export function stacksOfHistory(
  entries: readonly HistoryEntry[],
  userId: string | null,
): UndoStacks {
  const undo: string[] = [];
  let redo: string[] = [];
  for (const entry of entries) {
    if (entry.by.id !== userId || !entry.action.startsWith('cells.')) continue;
    if (entry.undoes === null) {
      undo.push(entry.id);
      redo = [];
    } else if (undo.at(-1) === entry.undoes) {
      undo.pop();
      redo.push(entry.id);
    } else if (redo.at(-1) === entry.undoes) {
      redo.pop();
      undo.push(entry.id);
    } else removeInPlace(undo, redo, entry.undoes);
  }
  return { undo, redo };
}

/** Put one more review on the stacks; `undoes` is null unless it is an undo or a redo. */
export function withEntry(stacks: UndoStacks, id: string, undoes: string | null): UndoStacks {
  const { undo, redo } = stacks;
  if (undoes === null) return { undo: [...undo, id], redo: [] };
  if (undo.at(-1) === undoes) return { undo: undo.slice(0, -1), redo: [...redo, id] };
  if (redo.at(-1) === undoes) return { undo: [...undo, id], redo: redo.slice(0, -1) };
  return withoutEntry(stacks, undoes);
}

/** Take an entry off the stacks: it was undone out of order, or cannot be undone any more. */
export function withoutEntry(stacks: UndoStacks, id: string): UndoStacks {
  const others = (ids: readonly string[]) => ids.filter((other) => other !== id);
  return { undo: others(stacks.undo), redo: others(stacks.redo) };
}

/** The stacks as they will be once everything on its way has arrived. */
export function withWaiting(stacks: UndoStacks, waiting: readonly OutboxEntry[]): UndoStacks {
  return waiting.reduce(
    (next, { id, intent }) => withEntry(next, id, intent.kind === 'undo' ? intent.historyId : null),
    stacks,
  );
}

function removeInPlace(undo: string[], redo: string[], id: string): void {
  for (const ids of [undo, redo]) {
    const at = ids.indexOf(id);
    if (at >= 0) ids.splice(at, 1);
  }
}
