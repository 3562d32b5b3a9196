/** @file Cells that people named: what a data set says of a picture, and what a model found there. */
import {
  type Annotation,
  type Box,
  boxIou,
  type CellClass,
  type Finding,
  lineageOf,
  type Size,
} from '@leukoscope/core';
import { cellClassOf, type Dataset, type ImageRecord, toAnnotations } from '@leukoscope/datasets';
import { allowedByLabel } from '@leukoscope/models';
import { cellInTheMiddle } from '@leukoscope/pipeline';

/** A cell that a person named. */
export interface NamedCell {
  readonly label: CellClass;
  /** Undefined: the cell in the middle of the picture. */
  readonly box: Box | undefined;
  /** Who named it, where that is known. */
  readonly author: string | undefined;
}

/** The named cells of a picture: boxes with a type; where there are none, or they are not to be read, the type of the whole picture. */
export function namedCells(dataset: Dataset, image: ImageRecord, centred: boolean): NamedCell[] {
  const boxed = centred
    ? []
    : toAnnotations(dataset, image).flatMap(
        ({ box, cellClass, isCrowd, author }: Annotation): NamedCell[] =>
          box === undefined || cellClass === undefined || isCrowd === true
            ? []
            : [{ label: cellClass, box, author }],
      );
  const own = image.annotations.find(({ box, mask }) => box === undefined && mask === undefined);
  const label = own && cellClassOf(dataset, own);
  if (label === undefined) return boxed;
  if (boxed.length === 0) return [{ label, box: undefined, author: own?.author }];
  // A picture that names one type and holds one cell which can be of it names that cell.
  const possible = boxed.filter((cell) => lineageOf(label).includes(cell.label));
  return boxed.map((cell) =>
    possible.length === 1 && cell === possible[0] ? { ...cell, label } : cell,
  );
}

/** Red cells and platelets are located, not looked at; "a leukocyte" tells no type. */
export function isTyped(label: CellClass, classes: readonly CellClass[]): boolean {
  if (label === 'erythrocyte' || label === 'platelet' || label === 'leukocyte') return false;
  return allowedByLabel(label, classes).includes(true);
}

/** The cell that a model found where a person named one. */
export function findNamed<C extends Pick<Finding, 'box' | 'score' | 'probabilities'>>(
  { size, cells }: { readonly size: Size; readonly cells: readonly C[] },
  box: Box | undefined,
): C | undefined {
  if (box === undefined) return cellInTheMiddle(cells, size);
  return cells
    .map((cell) => ({ cell, overlap: boxIou(cell.box, box) }))
    .filter(({ overlap }) => overlap >= 0.5)
    .sort((a, b) => b.overlap - a.overlap)[0]?.cell;
}
