/** @file Records of a data set -> annotations and detections in the words of core, masks drawn. */
import {
  type Annotation,
  type Box,
  type CellClass,
  coarsen,
  decodePlacedRle,
  type PlacedMask,
  polygonsToRle,
  type Rle,
  rleBox,
  type Size,
} from '@leukoscope/core';
import type { AnnotationRecord, Dataset, ImageRecord, StoredMask } from './dataset.ts';

/** Return a stored mask as run lengths of the whole image. */
export function storedMaskToRle(mask: StoredMask, size: Size): Rle {
  return mask.kind === 'rle' ? mask.rle : polygonsToRle(mask.polygons, size);
}

/** Draw a stored mask; undefined when it has no pixel in the image. */
export function storedMaskToPlaced(mask: StoredMask, size: Size): PlacedMask | undefined {
  return decodePlacedRle(storedMaskToRle(mask, size));
}

/** Return the cell class of a record, or undefined when its class is unknown. */
export function cellClassOf(dataset: Dataset, record: AnnotationRecord): CellClass | undefined {
  return record.classIndex === undefined
    ? undefined
    : dataset.classes[record.classIndex]?.cellClass;
}

/** Return the box of a record, from its mask where only that is given. */
export function boxOf(record: AnnotationRecord, size: Size | undefined): Box | undefined {
  if (record.box !== undefined || record.mask === undefined || size === undefined)
    return record.box;
  return rleBox(storedMaskToRle(record.mask, size));
}

/**
 * Turn the records of an image into annotations. With a taxonomy's classes, kinds are made as coarse as
 * it, and a kind outside it is left out of the annotation (the cell stays, without a kind).
 */
export function toAnnotations(
  dataset: Dataset,
  image: ImageRecord,
  options: { readonly classes?: readonly CellClass[] } = {},
): Annotation[] {
  const { classes } = options;
  return image.annotations.map((record) => {
    const named = cellClassOf(dataset, record);
    const cellClass =
      named === undefined || classes === undefined ? named : coarsen(named, classes);
    const box = boxOf(record, image.size);
    const mask =
      record.mask === undefined || image.size === undefined
        ? undefined
        : storedMaskToPlaced(record.mask, image.size);
    return {
      ...(box === undefined ? {} : { box }),
      ...(mask === undefined ? {} : { mask }),
      ...(cellClass === undefined ? {} : { cellClass }),
      ...(record.isCrowd === undefined ? {} : { isCrowd: record.isCrowd }),
      ...(record.weight === undefined ? {} : { weight: record.weight }),
      ...(record.author === undefined ? {} : { author: record.author }),
    };
  });
}
