/** @file What a training run learns from, step by step. */
import type { TensorData } from '@leukoscope/core';

/** Values by input name: one batch. */
export type Batch = Readonly<Record<string, TensorData>>;

/**
 * The batches of step `from`, `from + 1`, ...: one a step, or as many as the trainer accumulates. What a step
 * gets follows from its number alone.
 */
export type Batches = (from: number) => AsyncIterable<Batch | readonly Batch[]>;
