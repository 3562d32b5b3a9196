/**
 * @file Brings a tensor of a file into the form that a parameter wants: float32, its axes in order.
 */
import {
  elementCount,
  LeukoscopeError,
  type Shape,
  type TensorData,
  tensorData,
} from '@leukoscope/core';
import { float16ToFloat32 } from '../onnx/half-floats.ts';

/**
 * Return a float tensor as float32: float16 exactly, float64 rounded. Undefined for whole numbers: as
 * quantised weights they mean nothing without their scale.
 */
export function toFloat32(tensor: TensorData): TensorData<'float32'> | undefined {
  const { dtype, shape, data } = tensor;
  if (dtype === 'float32' && data instanceof Float32Array) return { dtype, shape, data };
  if (dtype === 'float16' && data instanceof Uint16Array) {
    return { dtype: 'float32', shape, data: float16ToFloat32(data) };
  }
  if (dtype === 'float64' && data instanceof Float64Array) {
    return { dtype: 'float32', shape, data: Float32Array.from(data) };
  }
  return undefined;
}

/** Return a shape with its axes in another order: axis i of the result is `axes[i]` of the input. */
export function permuteShape(shape: Shape, axes: readonly number[]): number[] {
  const sorted = [...axes].sort((a, b) => a - b);
  if (sorted.length === shape.length && sorted.every((axis, i) => axis === i)) {
    return axes.map((axis) => shape[axis]!);
  }
  throw new LeukoscopeError(
    'WEIGHTS_TRANSPOSE',
    `The axes of a transpose must name each of the ${shape.length} axes of [${shape.join(', ')}] once. Received [${axes.join(', ')}].`,
  );
}

/** Return the values with their axes in another order: result[.., i_axes[k], ..] = input[.., i, ..]. */
export function transposeFloat32(
  { shape, data }: TensorData<'float32'>,
  axes: readonly number[],
): TensorData<'float32'> {
  const target = permuteShape(shape, axes);
  const strides = shape.map((_, axis) => elementCount(shape.slice(axis + 1)));
  const steps = axes.map((axis) => strides[axis]!);
  const values = new Float32Array(data.length);
  const index = new Array<number>(target.length).fill(0);
  let from = 0;
  for (let to = 0; to < values.length; to++) {
    values[to] = data[from]!;
    for (let axis = target.length - 1; axis >= 0; axis--) {
      from += steps[axis]!;
      if (++index[axis]! < target[axis]!) break;
      from -= steps[axis]! * target[axis]!;
      index[axis] = 0;
    }
  }
  return tensorData('float32', target, values);
}
