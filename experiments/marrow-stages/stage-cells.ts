/** @file The patches of Choi et al. 2017 by stage and side: those that taught the refiner teach stages, those that measured it measure them. */
import type { CellClass } from '@leukoscope/core';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { marrowBetween, marrowMeasures } from '../published-types.ts';

/** The ten stages, by the number of their folder: four of the red line, six of the granulocytes'. */
export const stages = [
  'pronormoblast',
  'basophilic-normoblast',
  'polychromatic-normoblast',
  'orthochromatic-normoblast',
  'blast',
  'promyelocyte',
  'myelocyte',
  'metamyelocyte',
  'band-neutrophil',
  'segmented-neutrophil',
] as const satisfies readonly CellClass[];

/** Stages of the red line come first. */
export const redStages = 4;

/** A patch. */
export interface Patch {
  /** From the folder of patches. */
  readonly file: string;
  /** Its index in `stages`. */
  readonly stage: number;
}

/** List the patches of one side, by number; those between the sides may show a cell of both and are on neither. */
export async function listPatches(marrow: string, side: 'teaches' | 'measures'): Promise<Patch[]> {
  const patches: Patch[] = [];
  for (const stage of stages.keys()) {
    const names = (await readdir(path.join(marrow, String(stage))))
      .filter((name) => name.endsWith('.jpg'))
      .sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10));
    for (const name of names) {
      const file = `${stage}/${name}`;
      if (marrowBetween.test(file) || marrowMeasures.test(file) !== (side === 'measures')) continue;
      patches.push({ file, stage });
    }
  }
  return patches;
}

/** Whether two stages are neighbours of one line, or the same. */
export function isWithinOne(a: number, b: number): boolean {
  return a < redStages === b < redStages && Math.abs(a - b) <= 1;
}
