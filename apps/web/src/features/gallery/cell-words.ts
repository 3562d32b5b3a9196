/** @file What is written and read out about a cell. */
import type { Cell, ClassProbability } from '@leukoscope/contract';
import { binName } from '../../state/bins.ts';
import { scoreText } from '../../viewer/cell-label.ts';

/** List the classes that come next after the one the cell lies in, most probable first. */
export function runnersUp({ bin, model }: Pick<Cell, 'bin' | 'model'>): ClassProbability[] {
  if (model === null) return [];
  const others = model.probabilities.filter(({ cellClass }) => cellClass !== bin);
  if (model.probabilities.length === 0 && model.runnerUp !== null) return [model.runnerUp];
  return others;
}

/** The whole of a tile in words. */
export function cellWords(cell: Cell): string {
  const { bin, model } = cell;
  const next = runnersUp(cell)[0];
  return [
    binName(bin),
    model === null ? 'added by a person' : `score ${scoreText(model.score)}`,
    ...(model !== null && bin !== model.bin ? [`the model said ${binName(model.cellClass)}`] : []),
    ...(next === undefined
      ? []
      : [`next ${binName(next.cellClass)} ${scoreText(next.probability)}`]),
    ...(cell.isUnsure ? ['unsure'] : []),
    ...(cell.isIncomplete ? ['incomplete'] : []),
    cell.seen === null ? 'not seen' : `seen by ${cell.seen.by.name}`,
  ].join(', ');
}
