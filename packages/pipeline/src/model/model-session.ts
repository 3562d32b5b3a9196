/** @file The part of a runtime's session that models need; closing it frees the runtime it came with. */
import type { TensorMap } from '@leukoscope/nn/runtime';

/** A loaded network. */
export interface ModelSession {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Run on named inputs; all outputs. */
  run(feeds: TensorMap): Promise<TensorMap>;
  close(): Promise<void>;
}
