/**
 * @file What "unsure" means, the same for filters, marks, counts and the way to the next one.
 *
 * A cell is unsure while somebody must still look at it: it lies in Unidentified, or the model did not
 * trust its type and no person has confirmed it.
 */
import type { Cell } from '@leukoscope/contract';

/** Tell whether somebody must still look at the cell. */
export function isUnsure(cell: Pick<Cell, 'bin' | 'isUnsure' | 'seen'>): boolean {
  return cell.bin === 'unidentified' || (cell.isUnsure && cell.seen === null);
}

/** Tell whether a cell wants a mark for it: where it lies in Unidentified, the bin has said so. */
export function isMarkedUnsure(cell: Pick<Cell, 'bin' | 'isUnsure' | 'seen'>): boolean {
  return cell.bin !== 'unidentified' && isUnsure(cell);
}
