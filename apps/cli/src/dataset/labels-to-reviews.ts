/** @file Labels of a picture -> what a person who knows them would do to the cells that the model found in it. */
import type { Bin, Cell, Field, NewReview } from '@leukoscope/contract';
import { type Box, boxIou, type CellClass, rleToString } from '@leukoscope/core';
import {
  type AnnotationRecord,
  boxOf,
  cellClassOf,
  type Dataset,
  type ImageRecord,
  storedMaskToRle,
} from '@leukoscope/datasets';
import { cellInTheMiddle } from '@leukoscope/pipeline';

/** What is to be done, and what it comes from. */
export interface LabelReviews {
  readonly reviews: readonly NewReview[];
  /** Cells that the model called as their label does. */
  readonly confirmed: number;
  readonly changed: number;
  readonly added: number;
  /** Labels that say no type, or a type but not where in a picture of several cells. */
  readonly unused: number;
}

/** From here on a label and a cell are the same. */
const sameIou = 0.5;

interface Placed {
  readonly record: AnnotationRecord;
  readonly cellClass: CellClass;
  readonly box: Box;
}

/**
 * Confirm, move and add cells of a field until they are as labelled. What the model found beside the labels stays as it
 * is, for a person to look at: data sets leave cells out. Cells that somebody has seen already are not touched again.
 */
export function labelsToReviews(
  dataset: Dataset,
  image: ImageRecord,
  { field, cells }: { readonly field: Field; readonly cells: readonly Cell[] },
): LabelReviews {
  const { placed, unplaced } = placeLabels(dataset, image, field, cells);
  const byBin = new Map<string, { bin: Bin | undefined; reason: string; cells: Cell[] }>();
  const additions: NewReview[] = [];
  let changed = 0;
  let unused = unplaced;
  for (const [label, cell] of pairs(placed, cells)) {
    const { record, cellClass, box } = label;
    const reason = reasonOf(dataset, record);
    if (cell === undefined) {
      const mask = record.mask && storedMaskToRle(record.mask, field);
      const { width, height } = field;
      additions.push({
        action: {
          kind: 'add',
          fieldId: field.id,
          box,
          mask: mask === undefined ? null : { width, height, counts: rleToString(mask) },
          // Of a cell that is only known to be a leukocyte a person must say more before signing.
          bin: cellClass === 'leukocyte' ? 'unidentified' : cellClass,
        },
        reason,
      });
      continue;
    }
    if (cell.seen !== null) continue;
    // "A leukocyte" does not say that the model's type is right.
    if (cellClass === 'leukocyte') {
      unused++;
      continue;
    }
    // A label is taken at its word: "neutrophil" does not say that the cell is segmented, as the model may have.
    const bin = cell.bin === cellClass ? undefined : cellClass;
    if (bin !== undefined) changed++;
    const key = JSON.stringify([bin ?? null, reason]);
    const group = byBin.get(key) ?? { bin, reason, cells: [] };
    byBin.set(key, group);
    group.cells.push(cell);
  }
  const decisions = [...byBin.values()].map(({ bin, reason, cells: own }): NewReview => {
    const refs = own.map(({ id, revision }) => ({ id, revision }));
    return {
      action:
        bin === undefined ? { kind: 'see', cells: refs } : { kind: 'reclassify', cells: refs, bin },
      reason,
    };
  });
  const decided = [...byBin.values()].reduce((sum, { cells: own }) => sum + own.length, 0);
  return {
    reviews: [...decisions, ...additions],
    confirmed: decided - changed,
    changed,
    added: additions.length,
    unused,
  };
}

/** Labels with a type and a place; a picture's only label without a place is about the cell in its middle. */
function placeLabels(dataset: Dataset, image: ImageRecord, field: Field, cells: readonly Cell[]) {
  const placed: Placed[] = [];
  let unplaced = 0;
  for (const record of image.annotations) {
    const cellClass = cellClassOf(dataset, record);
    const box =
      boxOf(record, image.size ?? field) ??
      (image.annotations.length === 1 ? middleCell(cells, field)?.box : undefined);
    if (cellClass === undefined || box === undefined || record.isCrowd === true) unplaced++;
    else placed.push({ record, cellClass, box });
  }
  return { placed, unplaced };
}

function middleCell(cells: readonly Cell[], size: Field): Pick<Cell, 'box'> | undefined {
  const seen = cells.flatMap(({ box, model }) =>
    model === null || model.probabilities.length === 0
      ? []
      : [{ box, score: model.score, probabilities: model.probabilities.map((p) => p.probability) }],
  );
  return cellInTheMiddle(seen, size);
}

/** Each label with the cell that it is about: the pairs that overlap most come together first. */
function pairs(
  labels: readonly Placed[],
  cells: readonly Cell[],
): readonly (readonly [Placed, Cell | undefined])[] {
  const candidates = labels
    .flatMap((label) => cells.map((cell) => ({ label, cell, iou: boxIou(label.box, cell.box) })))
    .filter(({ iou }) => iou >= sameIou)
    .sort((a, b) => b.iou - a.iou);
  const cellOf = new Map<Placed, Cell>();
  const taken = new Set<Cell>();
  for (const { label, cell } of candidates) {
    if (cellOf.has(label) || taken.has(cell)) continue;
    cellOf.set(label, cell);
    taken.add(cell);
  }
  return labels.map((label) => [label, cellOf.get(label)] as const);
}

/** Reviews are the sender's; who labelled the cell stands in their reason. */
function reasonOf({ name }: Dataset, { author }: AnnotationRecord): string {
  const by = author === undefined ? '' : ` by ${author}`;
  return `Label of the data set ${name}${by}`.replace(/\s+/g, ' ').slice(0, 500);
}
