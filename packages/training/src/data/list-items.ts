/**
 * @file From pictures with records to what a model is trained on: whole pictures, or for classifiers a
 * square around each cell with a type.
 */
import { type Box, type CellClass, createRandom, hash32, lineageOf } from '@leukoscope/core';
import {
  type AnnotationRecord,
  boxOf,
  type DatasetClass,
  type ImageRecord,
} from '@leukoscope/datasets';
import { allowedByLabel, type Task } from '@leukoscope/models';
import type { Recipe } from '../recipe/recipe.ts';

/** One example, before it is read. Plain JSON. */
export interface TrainingItem {
  /** Name of its data set, to whose folder the picture's path is relative. */
  readonly set: string;
  /** Only what concerns this example. */
  readonly image: ImageRecord;
  /** The part of the picture that is to be cut out; may reach outside. */
  readonly crop?: Box;
  /** The picture was cut out and lies in the run's own folder. */
  readonly isCut?: true;
  /** Path of the picture that it was cut out of. */
  readonly cutFrom?: string;
  /** The model's class of a single cell, where it is known exactly. */
  readonly classIndex?: number;
}

/** How items are made. */
export interface ItemRules {
  readonly task: Task;
  /** The model's. */
  readonly classes: readonly CellClass[];
  /** What the records' indices mean. */
  readonly sourceClasses: readonly DatasetClass[];
  /** Undefined: pictures are taken whole. */
  readonly crops: Recipe['crops'];
}

/** List the examples of a picture; a classifier has none where no type is told. */
export function itemsOf(set: string, image: ImageRecord, rules: ItemRules): TrainingItem[] {
  if (rules.task !== 'classes') return [{ set, image }];
  const { crops } = rules;
  const typed = image.annotations.filter((record) =>
    allowedOf(record.classIndex, rules).includes(true),
  );
  const boxed = typed.flatMap((record) => {
    const box = boxOf(record, image.size);
    return box === undefined || record.isCrowd === true ? [] : [{ record, box }];
  });
  if (crops !== undefined && boxed.length > 0) {
    const pictureTypes = typed.filter(({ box, mask }) => box === undefined && mask === undefined);
    const chosen =
      crops.mostPerKind === undefined ? boxed : few(set, image, boxed, crops.mostPerKind);
    return chosen.map(({ record, box }) => {
      const classIndex = typeOfOnly(record, boxed, pictureTypes, rules) ?? record.classIndex;
      return {
        set,
        image: {
          ...image,
          annotations: [{ ...record, ...(classIndex === undefined ? {} : { classIndex }) }],
        },
        crop: squareAround(box, crops.margin * crops.surroundings),
        ...known(classIndex, rules),
      };
    });
  }
  const [record] = typed;
  if (record === undefined) return [];
  return [{ set, image: { ...image, annotations: [record] }, ...known(record.classIndex, rules) }];
}

interface BoxedRecord {
  readonly record: AnnotationRecord;
  readonly box: Box;
}

/** At most so many of each kind, by chance that follows from the picture's name. */
function few(
  set: string,
  { file }: ImageRecord,
  boxed: readonly BoxedRecord[],
  most: number,
): BoxedRecord[] {
  const counts = new Map<number | undefined, number>();
  return createRandom(hash32(`${set}/${file}`))
    .shuffle(boxed)
    .filter(({ record: { classIndex } }) => {
      const count = (counts.get(classIndex) ?? 0) + 1;
      counts.set(classIndex, count);
      return count <= most;
    });
}

/** Where a picture names one type and holds one cell that it can be of, that is the cell's type. */
function typeOfOnly(
  record: AnnotationRecord,
  boxed: readonly BoxedRecord[],
  pictureTypes: readonly AnnotationRecord[],
  { sourceClasses }: ItemRules,
): number | undefined {
  const [only] = pictureTypes;
  if (only?.classIndex === undefined || pictureTypes.length > 1) return undefined;
  const type = sourceClasses[only.classIndex]?.cellClass;
  const mayBe = ({ classIndex }: AnnotationRecord) => {
    const kind = classIndex === undefined ? undefined : sourceClasses[classIndex]?.cellClass;
    return type !== undefined && kind !== undefined && lineageOf(type).includes(kind);
  };
  const isAlone = boxed.filter((other) => mayBe(other.record)).length === 1;
  return isAlone && mayBe(record) ? only.classIndex : undefined;
}

/** A square of whole pixels around a box, as the reader of classifiers cuts it. */
export function squareAround({ x1, y1, x2, y2 }: Box, margin: number): Box {
  const half = (Math.max(x2 - x1, y2 - y1) * margin) / 2;
  const [x, y] = [(x1 + x2) / 2, (y1 + y2) / 2];
  const [left, top] = [Math.round(x - half), Math.round(y - half)];
  return {
    x1: left,
    y1: top,
    x2: Math.max(left + 1, Math.round(x + half)),
    y2: Math.max(top + 1, Math.round(y + half)),
  };
}

function allowedOf(
  classIndex: number | undefined,
  { classes, sourceClasses }: ItemRules,
): boolean[] {
  const kind = classIndex === undefined ? undefined : sourceClasses[classIndex]?.cellClass;
  return kind === undefined ? [] : allowedByLabel(kind, classes);
}

function known(classIndex: number | undefined, rules: ItemRules): { classIndex?: number } {
  const allowed = allowedOf(classIndex, rules);
  const first = allowed.indexOf(true);
  return first === allowed.lastIndexOf(true) ? { classIndex: first } : {};
}
