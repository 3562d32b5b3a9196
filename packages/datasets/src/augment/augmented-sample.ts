/** @file What augmentation returns: a sample that remembers where its annotations come from. */
import type { Annotation, RgbRaster } from '@leukoscope/core';

/** An annotation that followed its pixels. */
export interface AugmentedAnnotation extends Annotation {
  /** The given sample (0) or a partner (1, 2, 3) and the position among its annotations. */
  readonly from: { readonly sample: number; readonly annotation: number };
  /** Part of the cell lies outside the picture. */
  readonly isIncomplete?: boolean;
}

/** An augmented sample. */
export interface AugmentedSample {
  readonly raster: RgbRaster;
  readonly annotations: readonly AugmentedAnnotation[];
  /** Steps that happened, in order, with the numbers drawn: "rotate 37°". */
  readonly applied: readonly string[];
}
