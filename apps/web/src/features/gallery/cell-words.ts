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
  const listed =
    model.probabilities.length > 0
      ? model.probabilities.filter(({ cellClass }) => cellClass !== here)
      : model.runnerUp === null
        ? []
        : [model.runnerUp];
  const { unexpected } = model;
  if (unexpected === undefined || unexpected.cellClass === here) return listed;
  // What the specimen was not expected to hold has next to no probability left, and must be looked at first.
  return [unexpected, ...listed.filter(({ cellClass }) => cellClass !== unexpected.cellClass)];
}

/** Say who saw or changed the cell last: "you" is the one who looks. */
export function whoWords({ seen }: Pick<Cell, 'seen'>, me: string | null): string {
  if (seen === null) return 'a person';
  return seen.by.id === me ? 'you' : seen.by.name;
}

/** Tell whether a person put the cell where it lies. */
export function isDecided({ bin, model }: Pick<Cell, 'bin' | 'model'>): boolean {
  return model !== null && bin !== model.bin && bin !== 'unidentified';
}

/** The one number of a tile: the model's score of the type that is shown; or who decided it instead. */
export function sureWords(cell: Cell, me: string | null): string {
  const { model } = cell;
  if (model === null) return 'added';
  return isDecided(cell) ? `by ${whoWords(cell, me)}` : scoreText(model.score);
}

/** The whole of a tile in words. */
export function cellWords(cell: Cell, me: string | null): string {
  const { bin, model } = cell;
  const next = runnersUp(cell)[0];
  const guess =
    bin === 'unidentified' && model !== null ? [`perhaps ${binName(model.cellClass)}`] : [];
  return [
    binName(bin),
    ...guess,
    ...(model === null ? ['added by a person'] : []),
    ...(model !== null && !isDecided(cell) ? [`score ${scoreText(model.score)}`] : []),
    ...(model !== null && isDecided(cell)
      ? [`decided by ${whoWords(cell, me)}`, `the model said ${binName(model.cellClass)}`]
      : []),
    ...(next === undefined ? [] : [`or ${binName(next.cellClass)}`]),
    ...(isMarkedUnsure(cell) ? ['unsure'] : []),
    ...(cell.isIncomplete ? ['incomplete'] : []),
    cell.seen === null ? 'not seen' : `seen by ${whoWords(cell, me)}`,
  ].join(', ');
}
