/**
 * @file A cell that was found in an image: what pipelines hand to analyses, reports and exports.
 *
 * Unlike a `Detection`, which means something only beside its model, a finding says its cell class.
 */
import type { CellAttribute } from './cell-attributes.ts';
import type { CellClass } from './cell-class.ts';
import type { Detection } from './detection.ts';
import type { PlacedMask } from './masks/mask.ts';

/** One cell in an image. */
export interface Finding extends Detection {
  /** The most probable class, as fine as the model tells it. */
  readonly cellClass: CellClass;
  /** Cut by the border of the image. */
  readonly isIncomplete: boolean;
  /** The type is not to be trusted: the cell belongs under Unidentified. */
  readonly isUnsure: boolean;
  /** Present where the specimen's expectation alone kept the cell from being called this. */
  readonly unexpected?: UnexpectedKind;
  /** The nucleus inside the outline, where both can be told. */
  readonly nucleus?: Nucleus;
  /** What else the cell looks like; only of models that were taught it, and of kinds that they were taught it on. */
  readonly attributes?: readonly CellAttribute[];
  /** What the type was decided from, one list for each view of the cell; only where it was asked for. */
  readonly features?: readonly Float32Array[];
}

/** A kind of cell that the specimen was not expected to hold. */
export interface UnexpectedKind {
  readonly cellClass: CellClass;
  /** Of all kinds that were not expected together, before the expectation was applied. */
  readonly probability: number;
}

/** The nucleus of a cell. */
export interface Nucleus {
  readonly mask: PlacedMask;
  /** Parts that are thicker than what joins them; 1 for a round nucleus. */
  readonly lobes: number;
}
