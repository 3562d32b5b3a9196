/** @file What is written and read out about a cell. */
import type { Cell, ClassProbability } from '@leukoscope/contract';
import { binName } from '../../state/bins.ts';
import { isMarkedUnsure } from '../../state/unsure-cells.ts';
import { scoreText } from '../../viewer/cell-label.ts';

/** List the classes that come next after the one that is written on the tile, most probable first. */
export function runnersUp({ bin, model }: Pick<Cell, 'bin' | 'model'>): ClassProbability[] {
  if (model === null) return [];
  // Of an unidentified cell the model's answer stands there with a question mark.
  const here = bin === 'unidentified' ? model.cellClass : bin;
  if (model.probabilities.length > 0)
    return model.probabilities.filter(({ cellClass }) => cellClass !== here);
  return model.runnerUp === null ? [] : [model.runnerUp];
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
    ...(isMarkedUnsure(cell) ? ['unsure'] : []),
    ...(cell.isIncomplete ? ['incomplete'] : []),
    cell.seen === null ? 'not seen' : `seen by ${cell.seen.by.name}`,
  ].join(', ');
}
