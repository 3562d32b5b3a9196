/**
 * @file What a model finds (`Detection`), what a person or data set says (`Annotation`), and one
 * training or evaluation example (`Sample`).
 */
import type { Box } from './boxes/boxes.ts';
import type { CellClass } from './cell-class.ts';
import type { PlacedMask } from './masks/mask.ts';
import type { Raster } from './raster.ts';

/** A model's finding. */
export interface Detection {
  /** In pixels of the image that was given. */
  readonly box: Box;
  /** 0..1, to rank and threshold. */
  readonly score: number;
  /** 0..K-1 over the model's foreground classes; background is never a class index. */
  readonly classIndex: number;
  readonly mask?: PlacedMask;
  /** One per class of the model, summing to 1. */
  readonly probabilities?: readonly number[];
}

/** A record of a person or data set about one cell (or, without a box, about the whole image). */
export interface Annotation {
  readonly box?: Box;
  readonly mask?: PlacedMask;
  /** Undefined: a cell whose kind the source does not say. */
  readonly cellClass?: CellClass;
  /** COCO `iscrowd`: a region of many cells that are not told apart. */
  readonly isCrowd?: boolean;
  /** How much its type counts while training. @default 1 */
  readonly weight?: number;
  readonly author?: string;
}

/** One example. */
export interface Sample {
  readonly raster: Raster;
  readonly annotations: readonly Annotation[];
}
