/**
 * @file What a person wants done to cells, without revisions: those are filled in when it is sent, so
 * that quick changes of one cell can follow each other without waiting for answers.
 */
import type { Bin, Cell, MaskJson, ReviewAction } from '@leukoscope/contract';
import type { Box } from '@leukoscope/core';

/** What a person wants done. */
export type ReviewIntent =
  | { readonly kind: 'see'; readonly cellIds: readonly string[] }
  | { readonly kind: 'reclassify'; readonly cellIds: readonly string[]; readonly bin: Bin }
  | {
      readonly kind: 'redraw';
      readonly cellIds: readonly [string];
      readonly box: Box;
      readonly mask: MaskJson | null;
    }
  | { readonly kind: 'delete'; readonly cellIds: readonly string[] }
  | {
      readonly kind: 'add';
      readonly fieldId: string;
      readonly box: Box;
      readonly mask: MaskJson | null;
      readonly bin: Bin;
    }
  | { readonly kind: 'undo'; readonly historyId: string };

/** Fill in the revisions of the cells as the server has them; undefined when none of them is left. */
export function actionOf(
  intent: ReviewIntent,
  cells: ReadonlyMap<string, Cell>,
): ReviewAction | undefined {
  if (intent.kind === 'add' || intent.kind === 'undo') return intent;
  const refs = intent.cellIds.flatMap((id) => {
    const cell = cells.get(id);
    return cell === undefined || cell.isDeleted ? [] : [{ id, revision: cell.revision }];
  });
  if (refs.length === 0) return undefined;
  switch (intent.kind) {
    case 'see':
    case 'delete':
      return { kind: intent.kind, cells: refs };
    case 'reclassify':
      return { kind: 'reclassify', cells: refs, bin: intent.bin };
    case 'redraw':
      return { kind: 'redraw', cells: refs, box: intent.box, mask: intent.mask };
  }
}

/** Show an intent at once, before the server has answered. Undo and add wait for the answer. */
export function applyIntent(
  intent: ReviewIntent,
  cells: ReadonlyMap<string, Cell>,
  seen: NonNullable<Cell['seen']>,
): ReadonlyMap<string, Cell> {
  if (intent.kind === 'add' || intent.kind === 'undo') return cells;
  const next = new Map(cells);
  for (const id of intent.cellIds) {
    const cell = next.get(id);
    if (cell === undefined) continue;
    if (intent.kind === 'delete') next.delete(id);
    else if (intent.kind === 'see') next.set(id, { ...cell, seen: cell.seen ?? seen });
    else if (intent.kind === 'reclassify') next.set(id, { ...cell, bin: intent.bin, seen });
    else next.set(id, { ...cell, box: intent.box, mask: intent.mask, seen });
  }
  return next;
}
