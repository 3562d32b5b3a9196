/** @file Reads an output of an exported network by name. */
import { LeukoscopeError } from '@leukoscope/core';
import type { TensorMap } from '@leukoscope/models';

/** The float32 values of an output, with its shape. */
export function floatsOf(outputs: TensorMap, name: string) {
  const tensor = outputs[name];
  if (tensor?.data instanceof Float32Array) return { data: tensor.data, shape: tensor.shape };
  throw new LeukoscopeError(
    'TRAIN_OUTPUT',
    `internal: the exported network must give ${name} as float32. Received ${tensor?.dtype ?? 'none'}.`,
  );
}
