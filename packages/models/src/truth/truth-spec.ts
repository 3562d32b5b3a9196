/**
 * @file What is known of a batch, declared once: the inputs of the training graph and the collator that fills
 * them both come from one truth spec, so names and shapes cannot drift apart.
 *
 * N = images of the batch, M = most cells of one image (rows beyond those that exist are empty),
 * K = classes. Everything is padded to fixed extents: one graph serves all batches.
 */
import type { Annotation, RgbRaster, Size, TensorData } from '@leukoscope/core';
import type { Placement } from '@leukoscope/image';

/** The fixed extents of a batch. */
export interface BatchPlan {
  /** N. */
  readonly count: number;
  /** Size of the input. */
  readonly size: Size;
  /** M. */
  readonly mostCells: number;
}

/** One example of a batch, laid into the input already. */
export interface PlacedSample {
  readonly raster: RgbRaster;
  readonly annotations: readonly Annotation[];
  /** How image pixels become pixels of the input. */
  readonly placement: Placement;
}

/** Values by input name. */
export type TensorMap = Readonly<Record<string, TensorData>>;

/** What a family's loss is told; T is its form in the graph. */
export interface TruthSpec<T> {
  /** Declare the graph's inputs. */
  inputs(plan: BatchPlan): T;
  /** Fill them. */
  collate(samples: readonly PlacedSample[], plan: BatchPlan): TensorMap;
}
