/** @file Which cells a report pictures: by type in the order of reports, those the model was surest of first. */
import type { Bin, Cell } from '@leukoscope/contract';
import { binOrder } from '../../state/bins.ts';

/** The cells of one type. */
export interface CropGroup {
  readonly bin: Bin;
  /** At most the limit. */
  readonly cells: readonly Cell[];
  readonly total: number;
}

/** Group cells for a report; what is not classed comes last, empty types are left out. */
export function cropGroups(cells: readonly Cell[], limit: number): CropGroup[] {
  return binOrder.flatMap((bin) => {
    const all = cells.filter((cell) => cell.bin === bin);
    if (all.length === 0) return [];
    const sorted = [...all].sort((a, b) => scoreOf(b, bin) - scoreOf(a, bin));
    return [{ bin, cells: sorted.slice(0, limit), total: all.length }];
  });
}

/** Cells that a person moved here or drew come after those that the model too had put here. */
function scoreOf(cell: Cell, bin: Bin): number {
  return cell.model?.cellClass === bin ? cell.model.score : 0;
}
