/**
 * @file The model of a data set: what importers read, exporters write and the toolbox works on.
 *
 * It keeps what the source says (class names, ids, order, polygons, run lengths) beside what it means
 * (`cellClass`). Boxes are xyxy float pixels, half-open, of the upright image (EXIF orientation
 * applied). Images are named, never decoded. Everything is plain data and may be sent to a worker.
 */
import type { Box, CellClass, Polygon, Rle, Size } from '@leukoscope/core';
import type { InterferenceFactor } from './interference-factors.ts';

/** A named collection of annotated images. */
export interface Dataset {
  readonly name: string;
  /** In the source's order; `AnnotationRecord.classIndex` points into this list. */
  readonly classes: readonly DatasetClass[];
  readonly images: readonly ImageRecord[];
}

/** A class as the source calls it, and what it means to us. */
export interface DatasetClass {
  /** The source's number: COCO category id, YOLO index, position where the format has none. */
  readonly id: number;
  /** As written in the source. */
  readonly name: string;
  /** COCO `supercategory`. */
  readonly group?: string;
  /** Undefined: the name is unknown or ambiguous; never guessed. */
  readonly cellClass?: CellClass;
}

/** One image file with everything said about it. */
export interface ImageRecord {
  /** The source's id (COCO), otherwise the file's path; unique within the data set. */
  readonly id: number | string;
  /** Path from the data set's root, with forward slashes. */
  readonly file: string;
  /** Undefined only where neither the format nor a file at hand says it. */
  readonly size?: Size;
  /** The glass that the image was taken from. */
  readonly slide?: string;
  readonly patient?: string;
  /** `train`, `val`, `test` or the source's own word. */
  readonly split?: string;
  readonly factors?: readonly InterferenceFactor[];
  readonly annotations: readonly AnnotationRecord[];
}

/** One statement about a cell; without box and mask it is about the whole image. */
export interface AnnotationRecord {
  /** The source's id, unique within the data set where given. */
  readonly id?: number | string;
  /** Position in `Dataset.classes`; undefined: a cell whose kind the source does not say. */
  readonly classIndex?: number;
  readonly box?: Box;
  readonly mask?: StoredMask;
  /** The nucleus, where the source outlines it apart from the cell (trimaps). */
  readonly nucleus?: StoredMask;
  /** COCO `area`, which may differ from the mask's. */
  readonly area?: number;
  /** COCO `iscrowd`: a region of many cells that are not told apart. */
  readonly isCrowd?: boolean;
  /** How much its type counts while training. @default 1 */
  readonly weight?: number;
  /** 0..1, where the record comes from a model. */
  readonly score?: number;
  readonly author?: string;
  /** What else the source says and a format may carry on: VOC `difficult`, CVAT attributes. */
  readonly attributes?: Readonly<Record<string, string>>;
}

/** A mask in the form in which the source holds it, so that nothing is lost by rasterising. */
export type StoredMask =
  | { readonly kind: 'polygons'; readonly polygons: readonly Polygon[] }
  | { readonly kind: 'rle'; readonly rle: Rle };

/** A record that could not be used, or deserves a look. */
export interface ImportIssue {
  /** Path from the data set's root. */
  readonly file: string;
  /** From 1, where the file has lines. */
  readonly line?: number;
  readonly reason: string;
}

/** What an importer returns. Every record of the source is in `parsed` or in `failed`. */
export interface ImportResult {
  readonly parsed: Dataset;
  readonly failed: readonly ImportIssue[];
  /** Records that were kept but look wrong: unknown class names, boxes beyond the image. */
  readonly warnings: readonly ImportIssue[];
}

/** What an exporter returns; the files went to its sink. */
export interface ExportResult {
  /** Paths written. */
  readonly files: readonly string[];
  /** What the format cannot hold, one sentence each with a count. */
  readonly losses: readonly string[];
}
