/**
 * @file What a person wants done to cells, without revisions: those are filled in when it is sent, so
 * that quick changes of one cell can follow each other without waiting for answers.
 */
import type { Bin, Cell, MaskJson, ReviewAction } from '@leukoscope/contract';
import type { Box } from '@leukoscope/core';
import { binName } from './bins.ts';

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

/** The cells of a case, deleted ones among them: undo brings those back. */
export type Cells = ReadonlyMap<string, Cell>;

/** Fill in the revisions of the cells as the server has them; undefined when none of them is left. */
export function actionOf(intent: ReviewIntent, cells: Cells): ReviewAction | undefined {
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

/**
 * Leave out what changes nothing: cells that were seen need no second look, and a cell that is moved to
 * the bin where it lies is only confirmed. Undefined: nothing is left to do.
 */
export function withoutEmptyWork(intent: ReviewIntent, cells: Cells): ReviewIntent | undefined {
  if (intent.kind !== 'see' && intent.kind !== 'reclassify') return intent;
  const there = intent.cellIds.flatMap((id) => cells.get(id) ?? []);
  const isMove = intent.kind === 'reclassify' && there.some((cell) => cell.bin !== intent.bin);
  const left = isMove
    ? there.filter((cell) => cell.bin !== intent.bin || cell.seen === null)
    : there.filter((cell) => cell.seen === null);
  if (left.length === 0) return undefined;
  const cellIds = left.map((cell) => cell.id);
  return isMove ? { ...intent, cellIds } : { kind: 'see', cellIds };
}

/** Cut an intent into ones that the server takes at once. */
export function chunksOf(intent: ReviewIntent, most: number): ReviewIntent[] {
  if (intent.kind !== 'see' && intent.kind !== 'reclassify' && intent.kind !== 'delete')
    return [intent];
  const chunks: ReviewIntent[] = [];
  for (let i = 0; i < intent.cellIds.length; i += most)
    chunks.push({ ...intent, cellIds: intent.cellIds.slice(i, i + most) });
  return chunks;
}

/** Leave cells out of an intent; undefined when none is left. */
export function withoutCells(
  intent: ReviewIntent,
  gone: ReadonlySet<string>,
): ReviewIntent | undefined {
  if (intent.kind === 'add' || intent.kind === 'undo') return intent;
  const cellIds = intent.cellIds.filter((id) => !gone.has(id));
  if (cellIds.length === intent.cellIds.length) return intent;
  if (cellIds.length === 0 || intent.kind === 'redraw') return undefined;
  return { ...intent, cellIds };
}

/** Put another id in the place of a cell's: a drawn cell gets its own once the server has it. */
export function withCellId(intent: ReviewIntent, from: string, to: string): ReviewIntent {
  if (intent.kind === 'add' || intent.kind === 'undo' || !intent.cellIds.includes(from))
    return intent;
  if (intent.kind === 'redraw') return { ...intent, cellIds: [to] };
  return { ...intent, cellIds: intent.cellIds.map((id) => (id === from ? to : id)) };
}

/** Say what an intent does, as the beginning of a sentence. */
export function intentText(intent: ReviewIntent): string {
  switch (intent.kind) {
    case 'see':
      return `Confirming ${cellCount(intent.cellIds.length)}`;
    case 'reclassify':
      return `Moving ${cellCount(intent.cellIds.length)} to ${binName(intent.bin)}`;
    case 'redraw':
      return 'Redrawing a cell';
    case 'delete':
      return `Deleting ${cellCount(intent.cellIds.length)}`;
    case 'add':
      return `Adding a cell to ${binName(intent.bin)}`;
    case 'undo':
      return 'Undoing';
  }
}

/** Write "1 cell", "5 cells". */
export function cellCount(count: number): string {
  return count === 1 ? '1 cell' : `${count} cells`;
}
