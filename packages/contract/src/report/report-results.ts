/**
 * @file Which counts of a case are results: the leukocytes, and the cells that haematology counts per 100
 * of them. Artefacts, red cells and platelets are found on the way and counted by nobody: no result.
 */
import type { CellClass } from '@leukoscope/core';
import { lineageOf } from '@leukoscope/core';
import type { Case } from '../case.ts';
import type { DifferentialJson, Range } from '../differential.ts';
import type { Site } from '../site.ts';

/** Classes whose cells are counted per 100 leukocytes; what belongs to one of them belongs here too. */
const countedPer100: ReadonlySet<CellClass> = new Set<CellClass>([
  'erythroblast',
  'giant-platelet',
  'smudge-cell',
]);

/** Tell whether cells of a class, which are no leukocytes, are a result. */
export function isCountedPer100(cellClass: CellClass): boolean {
  return lineageOf(cellClass).some((one) => countedPer100.has(one));
}

/** Return the rows beside the leukocytes that are results. */
export function resultsPer100(differential: DifferentialJson): DifferentialJson['nonLeukocytes'] {
  return differential.nonLeukocytes.filter((row) => isCountedPer100(row.cellClass));
}

/** LOINC codes of a class: of the share and of the absolute count. */
export interface LoincCodes {
  readonly share: string | null;
  readonly absolute: string | null;
}

/** Reference ranges of a class: of the share and of the absolute count. */
export interface ClassRanges {
  readonly share: Range | null;
  readonly absolute: Range | null;
}

/** Return a class's reference ranges. Those of the site are ranges of blood, and judge no other specimen. */
export function rangesOf(
  site: Pick<Site, 'classes'>,
  specimen: Case['specimen'],
  cellClass: CellClass,
): ClassRanges {
  const own = site.classes.find((one) => one.cellClass === cellClass);
  if (specimen !== 'peripheral-blood' || own === undefined) return { share: null, absolute: null };
  return { share: own.share, absolute: own.absolute };
}

/** Return a class's codes. Those of the site are codes of blood, and never go out for other specimens. */
export function loincOf(
  site: Pick<Site, 'classes'>,
  specimen: Case['specimen'],
  cellClass: CellClass,
): LoincCodes {
  const own = site.classes.find((one) => one.cellClass === cellClass);
  if (specimen !== 'peripheral-blood' || own === undefined) return { share: null, absolute: null };
  return { share: own.loinc, absolute: own.loincAbsolute };
}
