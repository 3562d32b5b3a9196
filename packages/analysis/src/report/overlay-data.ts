/**
 * @file Findings -> what overlays and contact sheets draw: names, probabilities, colours, order.
 *
 * Leukocytes carry a name; red cells and platelets would bury a field under theirs, so they get a thin
 * outline without one.
 */
import {
  type CellClass,
  cellClasses,
  type Finding,
  isLeukocyte,
  probabilityByRow,
  reportClass,
  type TypeDepth,
} from '@leukoscope/core';
import { colourOfClass, type OverlayCell, type Rgb, unknownColour } from '@leukoscope/image';

/** A finding with what people are shown of it. */
export interface ShownCell {
  readonly finding: Finding;
  /** Undefined: unidentified. */
  readonly type: CellClass | undefined;
  readonly name: string;
  /** `94 %`, empty where the model gives no probabilities and no useful score. */
  readonly certainty: string;
  readonly colour: Rgb;
}

/** Cells that are counted one by one, in contrast to red cells and platelets. */
export function isNamed(cellClass: CellClass): boolean {
  return (
    isLeukocyte(cellClass) || !['erythrocyte', 'platelet'].includes(reportClass(cellClass, 'five'))
  );
}

/** Say how a finding is shown. */
export function shownCell(
  finding: Finding,
  classes: readonly CellClass[],
  depth: TypeDepth,
): ShownCell {
  const type = finding.isUnsure ? undefined : reportClass(finding.cellClass, depth);
  const probability = probabilityOf(finding, classes, depth);
  return {
    finding,
    type,
    name: type === undefined ? 'Unidentified' : cellClasses[type].name,
    certainty: `${Math.round(100 * probability)} %`,
    colour: type === undefined ? unknownColour : colourOfClass(type),
  };
}

/** Probability of the shown type: that of all finer classes together; the score where there is none. */
export function probabilityOf(
  finding: Finding,
  classes: readonly CellClass[],
  depth: TypeDepth,
): number {
  const { probabilities, cellClass, score } = finding;
  if (probabilities === undefined) return score;
  const sum =
    probabilityByRow(probabilities, classes, depth).get(reportClass(cellClass, depth)) ?? 0;
  return Math.min(1, sum);
}

/** Return what to draw over an image, red cells and platelets first. */
export function overlayCells(shown: readonly ShownCell[]): OverlayCell[] {
  const plain = shown.filter(({ finding }) => !isNamed(finding.cellClass));
  const named = shown.filter(({ finding }) => isNamed(finding.cellClass));
  return [
    ...plain.map(({ finding, colour }) => ({
      box: finding.box,
      mask: finding.mask,
      colour,
      label: '',
    })),
    ...named.map(({ finding, colour, name, certainty }) => ({
      box: finding.box,
      mask: finding.mask,
      colour,
      label: `${name} ${certainty}${finding.isIncomplete ? ', cut' : ''}`,
    })),
  ];
}

/** Sort as reports do: by type in report order, unidentified last, the surest first. */
export function sortShown(shown: readonly ShownCell[]): ShownCell[] {
  const order = Object.keys(cellClasses);
  const rank = ({ type }: ShownCell) => (type === undefined ? order.length : order.indexOf(type));
  return [...shown].sort(
    (a, b) =>
      rank(a) - rank(b) || Number.parseInt(b.certainty, 10) - Number.parseInt(a.certainty, 10),
  );
}

/** Count shown cells by name, in report order, for legends. */
export function legendOf(shown: readonly ShownCell[]): { colour: Rgb; name: string }[] {
  const counts = new Map<string, { colour: Rgb; count: number }>();
  for (const { name, colour } of sortShown(shown)) {
    counts.set(name, { colour, count: (counts.get(name)?.count ?? 0) + 1 });
  }
  return [...counts].map(([name, { colour, count }]) => ({ colour, name: `${name} ${count}` }));
}
