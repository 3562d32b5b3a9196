/**
 * @file What a weights file holds: all parameter values by name, and free text about them.
 */
import type { TensorData } from '@leukoscope/core';

/** The parameters of a network as a file holds them. */
export interface Weights {
  /** Values by name, in the order of the file. */
  readonly tensors: ReadonlyMap<string, TensorData>;
  /** Free key-value facts; empty where the format has none. */
  readonly metadata: Readonly<Record<string, string>>;
}
