/**
 * @file The cells as a person sees them: what the server has, with the reviews on their way applied, also
 * an undo of something that has not arrived yet.
 */
import { type Actor, type Cell, cellSchema, type HistoryEntry } from '@leukoscope/contract';
import type { OutboxEntry } from './outbox.ts';
import type { Cells, ReviewIntent } from './review-intent.ts';

/** What is needed beside the cells. */
export interface ShownCellsContext {
  readonly caseId: string;
  readonly me: Actor;
  /** Entries of the history that an undo may name. */
  readonly entries: ReadonlyMap<string, HistoryEntry>;
}

/** Cells to look at. */
export interface ShownCells {
  /** Those that are not deleted. */
  readonly cells: Cells;
  /** Drawn here and not yet known to the server: their id is their review's, there is no picture of them. */
  readonly drawnIds: ReadonlySet<string>;
}

/** What of a cell a review changes, as history entries hold it. */
const patchSchema = cellSchema
  .pick({ bin: true, box: true, mask: true, seen: true, isDeleted: true })
  .partial();

/** Apply the reviews on their way. One pass over the cells, whatever waits. */
export function shownCells(
  stored: Cells,
  waiting: readonly OutboxEntry[],
  context: ShownCellsContext,
): ShownCells {
  const changed = new Map<string, Cell>();
  const drawnIds = new Set<string>();
  // By review: the cells it touched, as they were before it.
  const befores = new Map<string, Cell[]>();
  const now = (id: string) => changed.get(id) ?? stored.get(id);
  for (const entry of waiting) {
    const after = afterEntry(entry, now, befores, context);
    befores.set(
      entry.id,
      after.map((cell) => now(cell.id) ?? { ...cell, isDeleted: true }),
    );
    if (entry.intent.kind === 'add') drawnIds.add(entry.id);
    for (const cell of after) changed.set(cell.id, cell);
  }
  const cells = new Map<string, Cell>();
  for (const [id, cell] of stored) {
    const shown = changed.get(id) ?? cell;
    if (!shown.isDeleted) cells.set(id, shown);
  }
  for (const id of drawnIds) {
    const drawn = changed.get(id);
    if (drawn !== undefined && !drawn.isDeleted) cells.set(id, drawn);
  }
  return { cells, drawnIds };
}

function afterEntry(
  { id, intent, at }: OutboxEntry,
  now: (id: string) => Cell | undefined,
  befores: ReadonlyMap<string, readonly Cell[]>,
  { me, caseId, entries }: ShownCellsContext,
): Cell[] {
  const seen = { by: me, at };
  if (intent.kind === 'undo') {
    const waited = befores.get(intent.historyId);
    if (waited !== undefined) return [...waited];
    return (entries.get(intent.historyId)?.changes ?? []).flatMap((change) => {
      const cell = now(change.id);
      if (cell === undefined || change.subject !== 'cell') return [];
      // A cell that did not exist before is deleted again.
      if (change.before === null) return [{ ...cell, isDeleted: true }];
      const patch = patchSchema.safeParse(change.before);
      return patch.success ? [withPatch(cell, patch.data)] : [];
    });
  }
  if (intent.kind === 'add') {
    const { fieldId, box, mask, bin } = intent;
    const drawn = { box, mask, bin, origin: 'person' as const, revision: 0, changedIn: 0 };
    const facts = { model: null, isIncomplete: false, isUnsure: false, isDeleted: false };
    return [{ id, caseId, fieldId, ...drawn, ...facts, seen }];
  }
  const after = afterWork(intent, seen);
  return intent.cellIds.flatMap((cellId) => {
    const cell = now(cellId);
    return cell === undefined || cell.isDeleted ? [] : [after(cell)];
  });
}

function afterWork(
  intent: Exclude<ReviewIntent, { kind: 'add' | 'undo' }>,
  seen: NonNullable<Cell['seen']>,
): (cell: Cell) => Cell {
  switch (intent.kind) {
    case 'see':
      return (cell) => ({ ...cell, seen: cell.seen ?? seen });
    case 'reclassify':
      return (cell) => ({ ...cell, bin: intent.bin, seen });
    case 'redraw':
      return (cell) => ({ ...cell, box: intent.box, mask: intent.mask, seen });
    case 'delete':
      return (cell) => ({ ...cell, isDeleted: true });
  }
}

/** Properties that a patch leaves out stay as they are. */
function withPatch(cell: Cell, patch: ReturnType<typeof patchSchema.parse>): Cell {
  return {
    ...cell,
    ...(patch.bin !== undefined && { bin: patch.bin }),
    ...(patch.box !== undefined && { box: patch.box }),
    ...(patch.mask !== undefined && { mask: patch.mask }),
    ...(patch.seen !== undefined && { seen: patch.seen }),
    ...(patch.isDeleted !== undefined && { isDeleted: patch.isDeleted }),
  };
}
