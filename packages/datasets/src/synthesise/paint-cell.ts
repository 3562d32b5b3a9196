/** @file Paints a cell of any class; coarse classes are painted as one of their finer kinds. */
import { type CellClass, cellClasses, LeukoscopeError, type Random } from '@leukoscope/core';
import type { ConcentrationPatch } from './concentration.ts';
import type { LeukocytePlan } from './leukocyte-plan.ts';
import { leukocytePlans, type PlannedClass } from './leukocyte-plans.ts';
import { paintArtefact } from './paint-artefact.ts';
import { type CellPlace, paintLeukocyte } from './paint-leukocyte.ts';
import { paintPlatelet } from './paint-platelet.ts';
import { paintSmudge } from './paint-smudge.ts';

/** Classes that stand for several kinds, with how often each kind is drawn. */
const kindsOf = {
  leukocyte: [
    ['segmented-neutrophil', 60],
    ['lymphocyte', 30],
    ['monocyte', 6],
    ['eosinophil', 3],
    ['basophil', 1],
  ],
  neutrophil: [
    ['segmented-neutrophil', 93],
    ['band-neutrophil', 7],
  ],
  'immature-granulocyte': [
    ['metamyelocyte', 1],
    ['myelocyte', 1],
    ['promyelocyte', 1],
  ],
  erythroblast: [
    ['basophilic-normoblast', 1],
    ['polychromatic-normoblast', 2],
    ['orthochromatic-normoblast', 2],
  ],
} as const satisfies Partial<Record<CellClass, readonly (readonly [PlannedClass, number])[]>>;

/** Every class that can be asked for as a cell; erythrocytes come with the field. */
export const synthesisedClasses: readonly CellClass[] = Object.keys(cellClasses)
  .filter((name): name is CellClass => name in cellClasses)
  .filter((name) => name !== 'erythrocyte');

/** Draw the kind that a class is painted as: itself, unless it stands for several. */
export function drawKind(cellClass: CellClass, random: Random): CellClass {
  if (!(cellClass in kindsOf)) return cellClass;
  const kinds = kindsOf[cellClass as keyof typeof kindsOf];
  const total = kinds.reduce((sum, [, weight]) => sum + weight, 0);
  let left = random.uniform(0, total);
  for (const [kind, weight] of kinds) {
    left -= weight;
    if (left < 0) return kind;
  }
  return kinds[0][0];
}

/** Paint a cell of a kind that `drawKind` gave, in a patch of its own. */
export function paintCell(kind: CellClass, place: CellPlace, random: Random): ConcentrationPatch {
  if (kind in leukocytePlans) {
    const plan: LeukocytePlan = leukocytePlans[kind as PlannedClass];
    return paintLeukocyte(plan, place, random);
  }
  switch (kind) {
    case 'smudge-cell':
      return paintSmudge(place, random);
    case 'platelet':
      return paintPlatelet(random.uniform(2, 3.8), place, random);
    case 'giant-platelet':
      return paintPlatelet(random.uniform(7, 11), place, random);
    case 'artefact':
      return paintArtefact(place, random);
    default:
      throw new LeukoscopeError(
        'SYNTHESIS_CLASS',
        `cell class must be one of ${synthesisedClasses.join(', ')}. Received ${kind}. Set the density to change the number of erythrocytes.`,
      );
  }
}
