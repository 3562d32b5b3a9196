/** @file A data set as training takes it: read, its class names understood, with the folder of its images. */
import { type CellClass, LeukoscopeError } from '@leukoscope/core';
import type { Dataset, DatasetClass, ImageRecord } from '@leukoscope/datasets';
import type { DataChoice } from '../recipe/recipe.ts';

/** See the file's head. */
export interface OpenedSet {
  readonly choice: DataChoice;
  /** Absolute path of the folder of its images. */
  readonly root: string;
  readonly dataset: Dataset;
}

/** What is told while data are prepared. */
export interface PrepareOptions {
  /** Folder of each data set, by name. */
  readonly roots: ReadonlyMap<string, string>;
  readonly onProgress?:
    | ((label: string, done: number, total: number | undefined) => void)
    | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Keep the splits that a recipe asks for, and give classes the meaning that it says. */
export function chosenPart(dataset: Dataset, choice: DataChoice): Dataset {
  const { sets, classes: meanings = {} } = choice;
  const unknown = Object.keys(meanings).find(
    (name) => !dataset.classes.some((c) => c.name === name),
  );
  if (unknown !== undefined) {
    throw dataFault(
      `classes of data set ${choice.name} must be among ${dataset.classes.map((c) => c.name).join(', ')}`,
      unknown,
    );
  }
  const classes = dataset.classes.map(({ cellClass, ...foreign }): DatasetClass => {
    const meant = Object.hasOwn(meanings, foreign.name) ? meanings[foreign.name] : cellClass;
    return meant === null || meant === undefined
      ? foreign
      : { ...foreign, cellClass: parseKind(meant) };
  });
  const isLeftOut = (index: number | undefined) =>
    index !== undefined && meanings[dataset.classes[index]!.name] === null;
  const images = dataset.images
    .filter(({ split }) => sets === undefined || (split !== undefined && sets.includes(split)))
    .map((image) => ({
      ...image,
      annotations: image.annotations.filter(({ classIndex }) => !isLeftOut(classIndex)),
    }));
  if (images.length === 0) {
    throw dataFault(
      `data set ${choice.name} must hold pictures${sets === undefined ? '' : ` of the splits ${sets.join(', ')}`}`,
      sets === undefined ? 'none' : `the splits ${splitsOf(dataset).join(', ') || 'none'}`,
    );
  }
  return withUnmarked(
    { ...dataset, name: choice.name, classes, images: weighed(images, choice) },
    choice,
  );
}

function weighed(images: readonly ImageRecord[], { typeWeight }: DataChoice) {
  if (typeWeight === undefined) return images;
  return images.map((image) => ({
    ...image,
    annotations: image.annotations.map((record) => ({ ...record, weight: typeWeight })),
  }));
}

/** Larger than any picture: boxes are clipped to it. */
const everywhere = { x1: 0, y1: 0, x2: 1e6, y2: 1e6 };

/** Say of every picture that kinds lie in it which nobody marked one by one: a crowd all over it. */
function withUnmarked(dataset: Dataset, { unmarked }: DataChoice): Dataset {
  if (unmarked === undefined) return dataset;
  const classes = [
    ...dataset.classes,
    ...unmarked.map((name, i) => ({
      id: Math.max(0, ...dataset.classes.map(({ id }) => id)) + 1 + i,
      name: `unmarked ${name}`,
      cellClass: parseKind(name),
    })),
  ];
  const crowds = unmarked.map((_, i) => ({
    classIndex: dataset.classes.length + i,
    box: everywhere,
    isCrowd: true,
  }));
  const images = dataset.images.map((image) => ({
    ...image,
    annotations: [...image.annotations, ...crowds],
  }));
  return { ...dataset, classes, images };
}

/** The source's own splits, in order of appearance. */
export function splitsOf(dataset: Dataset): string[] {
  return [...new Set(dataset.images.flatMap(({ split }) => (split === undefined ? [] : [split])))];
}

/** All sets with one list of classes: what indices in records point into. */
export function joinClasses(sets: readonly OpenedSet[]): {
  readonly classes: readonly DatasetClass[];
  /** The record with indices of the joint list. */
  readonly moved: (set: number, image: ImageRecord) => ImageRecord;
} {
  const offsets: number[] = [];
  const classes: DatasetClass[] = [];
  for (const { dataset } of sets) {
    offsets.push(classes.length);
    classes.push(...dataset.classes);
  }
  return {
    classes,
    moved: (set, image) => ({
      ...image,
      annotations: image.annotations.map((record) =>
        record.classIndex === undefined
          ? record
          : { ...record, classIndex: record.classIndex + offsets[set]! },
      ),
    }),
  };
}

/** An error about the data of a run. */
export function dataFault(rule: string, received: string, cure = ''): LeukoscopeError {
  return new LeukoscopeError(
    'TRAIN_DATA',
    `${rule}. Received ${received}.${cure === '' ? '' : ` ${cure}`}`,
  );
}

/** The recipe's schema has checked the name. */
function parseKind(name: string): CellClass {
  return name as CellClass;
}
