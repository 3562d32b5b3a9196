/** @file Scores of the refiner on crops with known boxes: the numbers of the run log. */
import { type CellClass, coarsen } from '@leukoscope/core';
import { nucleatedClasses, refinerClasses } from '@leukoscope/models';
import type { RefinedCrop } from './train-compact-run-refiner.ts';

const fiveTypes = [
  'neutrophil',
  'eosinophil',
  'basophil',
  'lymphocyte',
  'monocyte',
] as const satisfies readonly CellClass[];

/** Accuracy per set, fine and over five types, and Dice of outlines at half the crop's resolution. */
export function scoreCrops(refined: readonly RefinedCrop[]): Record<string, number> {
  const scores: Record<string, number> = {};
  const put = (name: string, values: readonly number[]) => {
    if (values.length > 0) scores[name] = values.reduce((a, b) => a + b, 0) / values.length;
  };
  for (const set of ['oi-pbc', 'marrow'] as const) {
    const cells = refined.filter(
      ({ crop }) => crop.group.startsWith(`${set}/`) && crop.knowledge !== 'platelet',
    );
    put(
      `${set}_fine`,
      cells.map((cell) => Number(fits(cell))),
    );
    put(`${set}_five`, inFive(cells).map(isRightOfFive));
  }
  for (const group of ['bcisc/cell', 'bccd/typed']) {
    const cells = inFive(refined.filter(({ crop }) => crop.group === group));
    put(`${group.split('/')[0]}_five`, cells.map(isRightOfFive));
  }
  const nucleated = (cell: RefinedCrop) => best(cell.logits) < nucleatedClasses;
  put(
    'leukocytes_kept',
    refined
      .filter(({ crop }) => crop.group === 'txl-pbc/leukocyte')
      .map((cell) => Number(nucleated(cell))),
  );
  put(
    'others_kept',
    refined
      .filter(({ crop }) =>
        ['txl-pbc/erythrocyte', 'txl-pbc/platelet', 'bcisc/elsewhere'].includes(crop.group),
      )
      .map((cell) => Number(nucleated(cell))),
  );
  put('bcisc_dice', refined.filter(({ crop }) => crop.mask !== undefined).map(dice));
  return scores;
}

function inFive(cells: readonly RefinedCrop[]): RefinedCrop[] {
  return cells.filter(({ crop }) => fiveOf(crop.knowledge as CellClass) !== undefined);
}

function fiveOf(cellClass: CellClass): CellClass | undefined {
  return coarsen(cellClass, fiveTypes);
}

/** Whether the most probable of the five types, summed over the classes below each, is the known one. */
function isRightOfFive({ crop, logits }: RefinedCrop): number {
  const sums = new Map<CellClass, number>();
  refinerClasses.forEach((leaf, k) => {
    const type = fiveOf(leaf);
    if (type !== undefined) sums.set(type, (sums.get(type) ?? 0) + Math.exp(logits[k]!));
  });
  const [winner] = [...sums].sort(([, a], [, b]) => b - a)[0]!;
  return Number(winner === fiveOf(crop.knowledge as CellClass));
}

/** Whether the most probable class is the known one, or a coarser or finer name of it. */
function fits({ crop, logits }: RefinedCrop): boolean {
  const winner = refinerClasses[best(logits)]!;
  const known = crop.knowledge as CellClass;
  return coarsen(winner, [known]) !== undefined || coarsen(known, [winner]) !== undefined;
}

function best(logits: Float32Array): number {
  return logits.indexOf(Math.max(...logits));
}

function dice({ mask, maskTarget }: RefinedCrop): number {
  let [overlap, total] = [0, 0];
  mask.forEach((logit, i) => {
    const p = logit > 0 ? 1 : 0;
    const t = maskTarget[i]! > 0.5 ? 1 : 0;
    overlap += p * t;
    total += p + t;
  });
  return total === 0 ? 1 : (2 * overlap) / total;
}
