/** @file Which cells a person must still look at, the same for badges, filters and the way to the next one. */
import { type Cell, needsReview } from '@leukoscope/contract';

/** Tell whether somebody must still see the cell; ordinary red cells and platelets need not be seen. */
export function isUnseen(cell: Pick<Cell, 'bin' | 'seen'>): boolean {
  return cell.seen === null && needsReview(cell.bin);
}
