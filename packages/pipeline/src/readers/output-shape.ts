/** @file Outputs of a network with the shapes that its reader counts on. */
import { LeukoscopeError, type TensorData } from '@leukoscope/core';
import type { TensorMap } from '@leukoscope/nn/runtime';

/** An output's numbers and extents. */
export interface OutputNumbers {
  readonly data: ArrayLike<number>;
  readonly shape: readonly number[];
}

/** Return an output as numbers; -1 in `shape` stands for any extent. */
export function numbersOf(
  outputs: TensorMap,
  name: string,
  shape: readonly number[],
): OutputNumbers {
  const tensor = outputs[name];
  const fits =
    tensor !== undefined &&
    tensor.shape.length === shape.length &&
    shape.every((extent, i) => extent === -1 || extent === tensor.shape[i]);
  if (fits) return { data: plain(tensor), shape: tensor.shape };
  throw new LeukoscopeError(
    'MODEL_NETWORK',
    `output ${name} must have shape [${shape.map((extent) => (extent === -1 ? 'any' : extent)).join(', ')}]. Received ${tensor === undefined ? 'none' : `[${tensor.shape.join(', ')}]`}. Its description names other classes or sizes than the network has.`,
  );
}

function plain({ data }: TensorData): ArrayLike<number> {
  return data instanceof BigInt64Array ? Float64Array.from(data, Number) : data;
}
