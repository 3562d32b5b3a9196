/**
 * @file What one person can undo and redo in a case, as stacks of history entries.
 *
 * Undo is itself a review (it restores the cells of an entry) and redo undoes that undo, so both stacks
 * hold the id of the entry that the next undo review must name.
 */
import type { HistoryEntry } from '@leukoscope/contract';

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
  let stacks = emptyStacks;
  for (const entry of entries) {
    if (entry.by.id !== userId || !entry.action.startsWith('cells.')) continue;
    stacks = entry.undoes === null ? withReview(stacks, entry.id) : replay(stacks, entry);
  }
  return stacks;
}

/** A new review can be undone; what was undone before cannot be redone any more. */
export function withReview(stacks: UndoStacks, entryId: string): UndoStacks {
  return { undo: [...stacks.undo, entryId], redo: [] };
}

/** The newest review was undone by `undoId`: undoing that is the redo. */
export function withUndo(stacks: UndoStacks, undoId: string): UndoStacks {
  return { undo: stacks.undo.slice(0, -1), redo: [...stacks.redo, undoId] };
}

/** The newest undo was undone by `redoId`: undoing that is the undo. */
export function withRedo(stacks: UndoStacks, redoId: string): UndoStacks {
  return { undo: [...stacks.undo, redoId], redo: stacks.redo.slice(0, -1) };
}

function replay(stacks: UndoStacks, entry: HistoryEntry): UndoStacks {
  if (stacks.undo.at(-1) === entry.undoes) return withUndo(stacks, entry.id);
  if (stacks.redo.at(-1) === entry.undoes) return withRedo(stacks, entry.id);
  // Undone out of order (from the history list): neither stack holds it any more.
  const others = (ids: readonly string[]) => ids.filter((id) => id !== entry.undoes);
  return { undo: others(stacks.undo), redo: others(stacks.redo) };
}
