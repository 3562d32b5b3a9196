/**
 * @file Numbers with a shape and a dtype: what goes into and comes out of a session.
 *
 * Row-major (the last axis changes fastest). Float16 travels as its raw 16 bits in a Uint16Array.
 */
import { LeukoscopeError } from './errors.ts';

/** Maps each dtype to the array that holds it. */
export interface DTypeArrays {
  float32: Float32Array;
  float16: Uint16Array;
  float64: Float64Array;
  int64: BigInt64Array;
  int32: Int32Array;
  int8: Int8Array;
  uint8: Uint8Array;
  bool: Uint8Array;
}

/** The kinds of number that tensors hold. */
export type DType = keyof DTypeArrays;

/** Extents of a tensor, outermost first. */
export type Shape = readonly number[];

/** Values with their shape. */
export interface TensorData<D extends DType = DType> {
  readonly dtype: D;
  readonly shape: Shape;
  readonly data: DTypeArrays[D];
}

const arrayConstructors: { [D in DType]: { new (length: number): DTypeArrays[D] } } = {
  float32: Float32Array,
  float16: Uint16Array,
  float64: Float64Array,
  int64: BigInt64Array,
  int32: Int32Array,
  int8: Int8Array,
  uint8: Uint8Array,
  bool: Uint8Array,
};

/** Return the number of elements of a shape (1 for a scalar). */
export function elementCount(shape: Shape): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

/** Make an array for a dtype, filled with zeros. */
export function createArray<D extends DType>(dtype: D, length: number): DTypeArrays[D] {
  return new arrayConstructors[dtype](length);
}

/** Return the bytes that one element takes. */
export function bytesPerElement(dtype: DType): number {
  return createArray(dtype, 0).BYTES_PER_ELEMENT;
}

/** Wrap values with their shape, checking that the count agrees. */
export function tensorData<D extends DType>(
  dtype: D,
  shape: Shape,
  data: DTypeArrays[D],
): TensorData<D> {
  if (data.length !== elementCount(shape)) {
    throw new LeukoscopeError(
      'TENSOR_LENGTH',
      `data must hold ${elementCount(shape)} elements for shape [${shape.join(', ')}]. Received ${data.length}.`,
    );
  }
  return { dtype, shape, data };
}

/** Make float32 values from plain numbers; the shape defaults to a vector. */
export function float32(values: ArrayLike<number>, shape: Shape = [values.length]) {
  return tensorData('float32', shape, Float32Array.from(values));
}

/** Make int64 values from plain whole numbers; the shape defaults to a vector. */
export function int64(values: ArrayLike<number>, shape: Shape = [values.length]) {
  return tensorData(
    'int64',
    shape,
    BigInt64Array.from(Array.from(values, (value) => BigInt(value))),
  );
}

/** Make a tensor of zeros. */
export function zeros<D extends DType = 'float32'>(shape: Shape, dtype?: D): TensorData<D> {
  const kind = (dtype ?? 'float32') as D;
  return { dtype: kind, shape, data: createArray(kind, elementCount(shape)) };
}
