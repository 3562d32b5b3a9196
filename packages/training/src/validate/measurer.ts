/** @file What collects the answers of a model on pictures that it does not learn from. */
import type { Sample } from '@leukoscope/core';
import type { Placement } from '@leukoscope/image';
import type { TensorMap } from '@leukoscope/models';

/** Collects answers and measures them; numbers that cannot be measured are NaN. */
export interface Measurer {
  add(sample: Sample, outputs: TensorMap, placement: Placement): void;
  finish(): Record<string, number>;
}
