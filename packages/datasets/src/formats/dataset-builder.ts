/**
 * @file Collects what an importer reads and holds the promise of every importer: each record ends up in
 * the data set or under `failed` with file, line and reason; an empty result is an error.
 */
import {
  type Box,
  type CellClass,
  LeukoscopeError,
  messageOf,
  parseCellClass,
  type Size,
} from '@leukoscope/core';
import type {
  AnnotationRecord,
  DatasetClass,
  ImageRecord,
  ImportIssue,
  ImportResult,
} from '../dataset.ts';
import { isInterferenceFactor } from '../interference-factors.ts';
import { largestCoordinate, shown } from './text.ts';

/** Where a record stands. */
export interface Place {
  readonly file: string;
  readonly line?: number;
}

/** A class before its position and meaning are known. */
export interface ClassDraft {
  readonly name: string;
  /** @default the next free number */
  readonly id?: number;
  readonly group?: string;
}

type ImageDraft = Omit<ImageRecord, 'annotations' | 'factors'> & {
  readonly factors?: readonly string[];
};

/** How to start. */
export interface BuilderOptions {
  /** The classes in question, which decide ambiguous abbreviations. @default all */
  readonly among?: readonly CellClass[];
  /** Classes that are there from the start. @default none */
  readonly known?: readonly DatasetClass[];
}

/** Collects one data set. */
export type DatasetBuilder = ReturnType<typeof createDatasetBuilder>;

// Beyond the edge by less than this is rounding, not a mistake.
const edgeTolerance = 1;

/** Start a data set. */
export function createDatasetBuilder(name: string, options: BuilderOptions = {}) {
  const classes: DatasetClass[] = [...(options.known ?? [])];
  const classByName = new Map(classes.map((known, i) => [known.name, i] as const));
  const classById = new Map(classes.map((known, i) => [known.id, i] as const));
  const images = new Map<number | string, ImageRecord & { annotations: AnnotationRecord[] }>();
  const annotationIds = new Set<number | string>();
  const failed: ImportIssue[] = [];
  const warnings: ImportIssue[] = [];
  let annotationCount = 0;

  const issue = ({ file, line }: Place, reason: string): ImportIssue =>
    line === undefined ? { file, reason } : { file, line, reason };
  const fail = (place: Place, reason: string): void => void failed.push(issue(place, reason));
  const warn = (place: Place, reason: string): void => void warnings.push(issue(place, reason));

  /** Add a class; returns its position, or undefined when its id or name is taken (reported). */
  const addClass = (draft: ClassDraft, place: Place): number | undefined => {
    const { name: className, id = nextId(), group } = draft;
    if (!Number.isSafeInteger(id)) {
      fail(place, `class id must be a whole number. Received ${id}.`);
      return undefined;
    }
    if (className.trim() === '') {
      fail(place, `class name must not be empty. Received ${shown(className)} for id ${id}.`);
      return undefined;
    }
    if (classById.has(id) || classByName.has(className)) {
      fail(place, `class id and name must be unique. Received ${id} ${shown(className)} again.`);
      return undefined;
    }
    const meaning = parseCellClass(
      className,
      options.among === undefined ? {} : { among: options.among },
    );
    if (meaning.kind === 'unknown') {
      warn(
        place,
        `class ${shown(className)} is no known kind of cell; its cells are kept without one.`,
      );
    } else if (meaning.kind === 'ambiguous') {
      warn(
        place,
        `class ${shown(className)} may mean ${meaning.candidates.join(' or ')}; its cells are kept without a kind.`,
      );
    }
    const index = classes.length;
    classes.push({
      id,
      name: className,
      ...(group === undefined ? {} : { group }),
      ...(meaning.kind === 'known' ? { cellClass: meaning.cellClass } : {}),
    });
    classByName.set(className, index);
    classById.set(id, index);
    return index;
  };
  const nextId = () => {
    let id = classes.length;
    while (classById.has(id)) id++;
    return id;
  };

  return {
    fail,
    warn,
    addClass,
    /** Find a class by name, or add it at the end. */
    classNamed: (className: string, place: Place): number | undefined =>
      classByName.get(className) ?? addClass({ name: className }, place),
    /** Find a class by the source's id. */
    classWithId: (id: number): number | undefined => classById.get(id),
    classCount: () => classes.length,
    hasImage: (id: number | string) => images.has(id),

    /** Add an image; false when it is impossible or its id is taken (reported). */
    addImage(draft: ImageDraft, place: Place): boolean {
      if (images.has(draft.id)) {
        fail(place, `image id must be unique. Received ${shown(draft.id)} again.`);
        return false;
      }
      const { size, factors, ...rest } = draft;
      if (size !== undefined && !isPossibleSize(size)) {
        fail(
          place,
          `image size must be whole numbers from 1 to ${largestCoordinate}. Received ${size.width} x ${size.height}.`,
        );
        return false;
      }
      const unknown = factors?.filter((factor) => !isInterferenceFactor(factor)) ?? [];
      if (unknown.length > 0)
        warn(
          place,
          `interference factors must be known ones. Received ${unknown.map(shown).join(', ')}; left out.`,
        );
      images.set(draft.id, {
        ...rest,
        ...(size === undefined ? {} : { size: { width: size.width, height: size.height } }),
        ...(factors === undefined ? {} : { factors: factors.filter(isInterferenceFactor) }),
        annotations: [],
      });
      return true;
    },

    /** Add an annotation to an image; false when it is impossible (reported). */
    addAnnotation(imageId: number | string, record: AnnotationRecord, place: Place): boolean {
      const image = images.get(imageId);
      const fault =
        image === undefined
          ? `image ${shown(imageId)} of the annotation must be in the data set. Found none.`
          : record.id !== undefined && annotationIds.has(record.id)
            ? `annotation id must be unique. Received ${shown(record.id)} again.`
            : record.classIndex !== undefined && classes[record.classIndex] === undefined
              ? `internal: class index ${record.classIndex} of ${classes.length}.`
              : (boxFault(record.box) ?? scoreFault(record.score) ?? maskFault(record, image.size));
      if (fault !== undefined) {
        fail(place, fault);
        return false;
      }
      if (record.id !== undefined) annotationIds.add(record.id);
      const outside = record.box === undefined ? 0 : pixelsOutside(record.box, image!.size);
      if (outside > edgeTolerance) {
        warn(place, `box reaches ${outside.toFixed(1)} pixels beyond image ${shown(image!.file)}.`);
      }
      image!.annotations.push(record);
      annotationCount++;
      return true;
    },

    /** Put back an annotation that was checked before. */
    restore(imageId: number | string, record: AnnotationRecord): void {
      if (record.id !== undefined) annotationIds.add(record.id);
      images.get(imageId)!.annotations.push(record);
      annotationCount++;
    },

    /** Run a step for one file; what it throws becomes a failed record instead of ending the import. */
    async attempt<T>(place: Place, step: () => T | Promise<T>): Promise<T | undefined> {
      try {
        return await step();
      } catch (error) {
        fail(place, messageOf(error));
        return undefined;
      }
    },

    /** Return the data set; throws when it would be empty. */
    finish(): ImportResult {
      if (images.size === 0 || annotationCount === 0) throw emptyError(name, images.size, failed);
      return { parsed: { name, classes, images: [...images.values()] }, failed, warnings };
    },
  };
}

function emptyError(
  name: string,
  imageCount: number,
  failed: readonly ImportIssue[],
): LeukoscopeError {
  const reasons = failed
    .slice(0, 3)
    .map(({ file, line, reason }) => ` ${file}${line === undefined ? '' : `:${line}`}: ${reason}`);
  return new LeukoscopeError(
    'IMPORT_EMPTY',
    `data set ${name} must hold at least one image and one annotation. Received ${imageCount} images, ` +
      `no annotation, ${failed.length} failed records. Check the folder and the format.${reasons.join('')}`,
  );
}

function isPossibleSize({ width, height }: Size): boolean {
  return [width, height].every(
    (side) => Number.isInteger(side) && side >= 1 && side <= largestCoordinate,
  );
}

function boxFault(box: Box | undefined): string | undefined {
  if (box === undefined) return undefined;
  const { x1, y1, x2, y2 } = box;
  const fits = [x1, y1, x2, y2].every((value) => Math.abs(value) <= largestCoordinate);
  if (fits && x2 > x1 && y2 > y1) return undefined;
  return `box must have finite corners and a positive width and height. Received (${x1}, ${y1}) to (${x2}, ${y2}).`;
}

function scoreFault(score: number | undefined): string | undefined {
  if (score === undefined || (score >= 0 && score <= 1)) return undefined;
  return `score must be from 0 to 1. Received ${score}.`;
}

function maskFault(record: AnnotationRecord, size: Size | undefined): string | undefined {
  for (const mask of [record.mask, record.nucleus]) {
    if (
      mask?.kind === 'rle' &&
      size !== undefined &&
      (mask.rle.width !== size.width || mask.rle.height !== size.height)
    ) {
      return `mask must have the image's size ${size.width} x ${size.height}. Received ${mask.rle.width} x ${mask.rle.height}.`;
    }
    if (mask?.kind !== 'polygons') continue;
    if (mask.polygons.length === 0) return 'mask must hold at least one polygon. Received none.';
    for (const ring of mask.polygons.flatMap(({ outer, holes = [] }) => [outer, ...holes])) {
      if (ring.length < 6 || ring.length % 2 !== 0) {
        return `a polygon must hold at least 3 points of 2 numbers. Received ${ring.length} numbers.`;
      }
      const bad = ring.find((value) => !(Math.abs(value) <= largestCoordinate));
      if (bad !== undefined) return `polygon coordinates must be finite. Received ${bad}.`;
    }
  }
  return undefined;
}

function pixelsOutside(box: Box, size: Size | undefined): number {
  if (size === undefined) return 0;
  return Math.max(-box.x1, -box.y1, box.x2 - size.width, box.y2 - size.height, 0);
}
