/** @file The measures of the compact model on analysed fields: places, types, outlines, calibration. */
import {
  type Annotation,
  type Box,
  boxIou,
  type CellClass,
  coarsen,
  type PlacedMask,
  type RgbRaster,
} from '@leukoscope/core';
import { averagePrecision, clopperPearson, evaluateCoco } from '@leukoscope/metrics';
import {
  type AnalysedCell,
  coarseProbabilities,
  type PlainCell,
} from './evaluate-compact-analyse.ts';

/** The five types of the differential. */
export const fiveTypes = [
  'neutrophil',
  'lymphocyte',
  'monocyte',
  'eosinophil',
  'basophil',
] as const satisfies readonly CellClass[];

/** The ten leukocyte and erythroblast types of the PBC images. */
export const tenTypes = [
  'segmented-neutrophil',
  'band-neutrophil',
  'metamyelocyte',
  'myelocyte',
  'promyelocyte',
  'basophil',
  'eosinophil',
  'lymphocyte',
  'monocyte',
  'erythroblast',
] as const satisfies readonly CellClass[];

/** A field, what is true of it, and what the model found. */
export interface AnalysedField {
  readonly id: string;
  readonly raster: RgbRaster;
  /** Leukocytes and erythroblasts with boxes. */
  readonly truth: readonly Annotation[];
  readonly cells: readonly AnalysedCell[];
  readonly plain: readonly PlainCell[];
}

/** AP of places, whatever the type. */
export function placeScores(fields: readonly AnalysedField[]): Record<string, number> {
  const evaluation = evaluateCoco({
    classNames: ['leukocyte'],
    images: fields.map(({ id, raster, truth, cells }) => ({
      id,
      size: raster,
      groundTruth: truth.map(({ box }) => ({ box: box!, classIndex: 0 })),
      detections: cells.map(({ box, score }) => ({ box, score, classIndex: 0 })),
    })),
  });
  return {
    cells: fields.reduce((sum, { truth }) => sum + truth.length, 0),
    ap50: averagePrecision(evaluation, { iouThreshold: 0.5 }) ?? 0,
    ap75: averagePrecision(evaluation, { iouThreshold: 0.75 }) ?? 0,
    ap: averagePrecision(evaluation) ?? 0,
  };
}

/** AP50 of red cells and platelets, by the locator alone, where a source marks them. */
export function plainScores(
  fields: readonly AnalysedField[],
  truthOf: (field: AnalysedField) => readonly Annotation[],
): Record<string, number> {
  const kinds = ['erythrocyte', 'platelet'] as const satisfies readonly CellClass[];
  const evaluation = evaluateCoco({
    classNames: kinds,
    images: fields.map((field) => ({
      id: field.id,
      size: field.raster,
      groundTruth: truthOf(field).map(({ box, cellClass }) => ({
        box: box!,
        classIndex: indexIn(kinds, cellClass!),
      })),
      detections: field.plain.map(({ box, score, cellClass }) => ({
        box,
        score,
        classIndex: indexIn(kinds, cellClass),
      })),
    })),
  });
  const ap50 = (classIndex: number) =>
    averagePrecision(evaluation, { classIndex, iouThreshold: 0.5 }) ?? 0;
  return { erythrocyte: ap50(0), platelet: ap50(1) };
}

/** Mean AP over the five types; each cell is detected as its most probable of the five. */
export function fiveTypeScores(fields: readonly AnalysedField[]): Record<string, number> {
  const evaluation = evaluateCoco({
    classNames: fiveTypes,
    images: fields.map(({ id, raster, truth, cells }) => ({
      id,
      size: raster,
      groundTruth: truth.map(({ box, cellClass }) => ({
        box: box!,
        classIndex: indexIn(fiveTypes, cellClass!),
      })),
      detections: cells.flatMap(({ box, score, probabilities }) =>
        coarseProbabilities(probabilities, fiveTypes).map((p, classIndex) => ({
          box,
          score: score * p,
          classIndex,
        })),
      ),
    })),
  });
  return {
    map50: averagePrecision(evaluation, { iouThreshold: 0.5 }) ?? 0,
    map: averagePrecision(evaluation) ?? 0,
  };
}

/** A true cell with the detection that covers it best, if one covers it at all. */
export interface MatchedCell {
  readonly truth: Annotation;
  readonly found: AnalysedCell | undefined;
}

/** Give every true cell the detection of IoU 0.5 or more that covers it best. */
export function matchCells(fields: readonly AnalysedField[], scoreThreshold = 0.3): MatchedCell[] {
  return fields.flatMap(({ truth, cells }) =>
    truth.map((cell) => {
      const [best] = cells
        .filter(({ score, box }) => score >= scoreThreshold && boxIou(box, cell.box!) >= 0.5)
        .sort((a, b) => boxIou(b.box, cell.box!) - boxIou(a.box, cell.box!));
      return { truth: cell, found: best };
    }),
  );
}

/** Share with exact 95 % limits. */
export function share(hits: number, all: number) {
  if (all === 0) return { share: null, of: 0 };
  const { low, high } = clopperPearson(hits, all);
  return { share: hits / all, low, high, of: all };
}

/** How many matched cells of known type are typed right among `classes`. */
export function typeAccuracy(matched: readonly MatchedCell[], classes: readonly CellClass[]) {
  const typed = matched.filter(
    ({ truth, found }) =>
      found !== undefined &&
      truth.cellClass !== undefined &&
      coarsen(truth.cellClass, classes) !== undefined,
  );
  const right = typed.filter(
    ({ truth, found }) =>
      best(coarseProbabilities(found!.probabilities, classes)) ===
      indexIn(classes, truth.cellClass!),
  );
  return share(right.length, typed.length);
}

/** Mean Dice of outlines; a cell that was not found counts 0. */
export function meanDice(matched: readonly MatchedCell[]) {
  const values = matched.flatMap(({ truth, found }) =>
    truth.mask === undefined ? [] : [found?.mask === undefined ? 0 : dice(truth.mask, found.mask)],
  );
  const sorted = [...values].sort((a, b) => a - b);
  return {
    mean: values.reduce((a, b) => a + b, 0) / Math.max(1, values.length),
    median: sorted[values.length >> 1] ?? null,
    lowest: sorted.slice(0, 5),
    of: values.length,
  };
}

function dice(a: PlacedMask, b: PlacedMask): number {
  let overlap = 0;
  const area = (mask: PlacedMask) => mask.mask.data.reduce((sum, value) => sum + value, 0);
  for (let y = 0; y < a.mask.height; y++) {
    const row = a.top + y - b.top;
    if (row < 0 || row >= b.mask.height) continue;
    for (let x = 0; x < a.mask.width; x++) {
      const column = a.left + x - b.left;
      if (column < 0 || column >= b.mask.width) continue;
      overlap += a.mask.data[y * a.mask.width + x]! & b.mask.data[row * b.mask.width + column]!;
    }
  }
  return (2 * overlap) / (area(a) + area(b));
}

/** The accuracy of each class by itself. */
export function accuracyByType(matched: readonly MatchedCell[], classes: readonly CellClass[]) {
  return Object.fromEntries(
    classes.map((cellClass) => [
      cellClass,
      typeAccuracy(
        matched.filter(({ truth }) => coarsen(truth.cellClass!, classes) === cellClass),
        classes,
      ),
    ]),
  );
}

/** Confusion counts, rows true, columns found. */
export function confusion(
  matched: readonly MatchedCell[],
  classes: readonly CellClass[],
): Record<string, Record<string, number>> {
  const table: Record<string, Record<string, number>> = {};
  for (const { truth, found } of matched) {
    const row = truth.cellClass === undefined ? undefined : coarsen(truth.cellClass, classes);
    if (row === undefined) continue;
    const column =
      found === undefined
        ? 'not found'
        : classes[best(coarseProbabilities(found.probabilities, classes))]!;
    const counts = table[row] ?? {};
    counts[column] = (counts[column] ?? 0) + 1;
    table[row] = counts;
  }
  return table;
}

/** The detection nearest the middle of an image. */
export function centredCell({ raster, cells }: AnalysedField): AnalysedCell | undefined {
  const distance = ({ x1, y1, x2, y2 }: Box) =>
    Math.hypot((x1 + x2 - raster.width) / 2, (y1 + y2 - raster.height) / 2);
  return cells
    .filter(({ score }) => score > 0.1)
    .sort((a, b) => distance(a.box) - distance(b.box))[0];
}

function indexIn(classes: readonly CellClass[], cellClass: CellClass): number {
  return classes.indexOf(coarsen(cellClass, classes)!);
}

function best(values: readonly number[]): number {
  return values.indexOf(Math.max(...values));
}
