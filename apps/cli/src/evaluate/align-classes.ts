/**
 * @file One list of classes for both sides: the ground truth's. Predicted classes are matched by name, by
 * meaning, or as the next coarser one; what fits none is left out and counted.
 */
import { coarsen, type TaxonomyName } from '@leukoscope/core';
import type { AnnotationRecord, Dataset } from '@leukoscope/datasets';
import { type ClassRule, mapClasses } from '../dataset/map-classes.ts';

/** How classes are to be taken. */
export interface ClassChoice {
  readonly rules: readonly ClassRule[];
  readonly taxonomy: TaxonomyName | undefined;
  readonly anyType: boolean;
}

/** Class names, and the place in them of a record's class. */
export interface AlignedClasses {
  readonly names: readonly string[];
  readonly groundTruth: Dataset;
  readonly predictions: Dataset;
  /** Both sides before classes were matched, which pixels are compared by. */
  readonly unmatched: { readonly groundTruth: Dataset; readonly predictions: Dataset };
  /** Positions in `names` by position in the predictions' own list, for probabilities. */
  readonly columns: readonly (number | undefined)[];
  readonly leftOut: {
    readonly groundTruth: ReadonlyMap<string, number>;
    readonly predictions: ReadonlyMap<string, number>;
  };
}

/** Bring both sides to the same classes. */
export function alignClasses(
  groundTruth: Dataset,
  predictions: Dataset,
  { rules, taxonomy, anyType }: ClassChoice,
): AlignedClasses {
  const usable = (dataset: Dataset) =>
    rules.filter(({ from }) => dataset.classes.some((own) => sameName(own.name, from)));
  // A rule about a class of neither side is a slip of the pen: `mapClasses` says which classes there are.
  const lost = rules.filter(
    (rule) => !usable(groundTruth).includes(rule) && !usable(predictions).includes(rule),
  );
  const own = mapClasses(groundTruth, [...usable(groundTruth), ...lost], taxonomy);
  const theirs = mapClasses(predictions, usable(predictions), taxonomy);
  if (anyType) return asOneType(own, theirs);
  const wanted = own.dataset.classes;
  const meanings = wanted.flatMap(({ cellClass }) => (cellClass === undefined ? [] : [cellClass]));
  const targets = theirs.dataset.classes.map(({ name, cellClass }) => {
    const byName = wanted.findIndex((known) => sameName(known.name, name));
    if (byName >= 0 || cellClass === undefined) return byName < 0 ? undefined : byName;
    const coarse = coarsen(cellClass, meanings);
    return coarse === undefined
      ? undefined
      : wanted.findIndex((known) => known.cellClass === coarse);
  });
  const leftOut = new Map(theirs.leftOut);
  const moved = moveRecords(theirs.dataset, targets, leftOut);
  const used = usedIndexes([own.dataset, moved]);
  const kept = [...wanted.keys()].filter((i) => used.has(i));
  const position = new Map(kept.map((i, at) => [i, at] as const));
  const renumber = (dataset: Dataset) =>
    moveRecords(
      dataset,
      wanted.map((_, i) => position.get(i)),
      new Map(),
    );
  return {
    names: kept.map((i) => wanted[i]!.name),
    groundTruth: renumber(own.dataset),
    predictions: renumber(moved),
    unmatched: { groundTruth: own.dataset, predictions: theirs.dataset },
    columns: columnsOf(predictions, theirs.dataset, targets, position),
    leftOut: { groundTruth: own.leftOut, predictions: leftOut },
  };
}

/** Where each class of the untouched predictions went, when no rule or taxonomy joined any. */
function columnsOf(
  before: Dataset,
  after: Dataset,
  targets: readonly (number | undefined)[],
  position: ReadonlyMap<number, number>,
): (number | undefined)[] {
  return before.classes.map(({ name, cellClass }) => {
    const at = after.classes.findIndex((known) => sameName(known.name, name));
    const joined =
      at >= 0 || cellClass === undefined
        ? at
        : after.classes.findIndex(
            (known) =>
              known.cellClass !== undefined && coarsen(cellClass, [known.cellClass]) !== undefined,
          );
    const target = joined < 0 ? undefined : targets[joined];
    return target === undefined ? undefined : position.get(target);
  });
}

function asOneType(
  own: ReturnType<typeof mapClasses>,
  theirs: ReturnType<typeof mapClasses>,
): AlignedClasses {
  const merge = (dataset: Dataset): Dataset => ({
    ...dataset,
    images: dataset.images.map((image) => ({
      ...image,
      annotations: image.annotations.map((record) => ({ ...record, classIndex: 0 })),
    })),
  });
  return {
    names: ['cell'],
    groundTruth: merge(own.dataset),
    predictions: merge(theirs.dataset),
    unmatched: { groundTruth: own.dataset, predictions: theirs.dataset },
    columns: [],
    leftOut: { groundTruth: own.leftOut, predictions: theirs.leftOut },
  };
}

function moveRecords(
  dataset: Dataset,
  targets: readonly (number | undefined)[],
  leftOut: Map<string, number>,
): Dataset {
  const images = dataset.images.map((image) => ({
    ...image,
    annotations: image.annotations.flatMap((record): AnnotationRecord[] => {
      const { classIndex, ...rest } = record;
      if (classIndex === undefined) return [record];
      const target = targets[classIndex];
      if (target !== undefined) return [{ ...rest, classIndex: target }];
      const { name } = dataset.classes[classIndex]!;
      leftOut.set(name, (leftOut.get(name) ?? 0) + 1);
      return [];
    }),
  }));
  return { ...dataset, images };
}

function usedIndexes(datasets: readonly Dataset[]): Set<number> {
  return new Set(
    datasets.flatMap(({ images }) =>
      images.flatMap(({ annotations }) =>
        annotations.flatMap(({ classIndex }) => (classIndex === undefined ? [] : [classIndex])),
      ),
    ),
  );
}

function sameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
