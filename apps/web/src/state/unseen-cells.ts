/** @file Which cells a person must still look at, the same for badges, filters and the way to the next one. */
import { binsWithoutReview, type Cell } from '@leukoscope/contract';

const withoutReview: ReadonlySet<string> = new Set(binsWithoutReview);

/** Tell whether somebody must still see the cell; ordinary red cells and platelets need not be seen. */
export function isUnseen(cell: Pick<Cell, 'bin' | 'seen'>): boolean {
  return cell.seen === null && !withoutReview.has(cell.bin);
}
