/**
 * @file Little-endian bytes of a file as the elements of a tensor.
 *
 * Kinds that are dtypes here become views into the file where they are aligned, copies otherwise.
 * Kinds that are not are widened to the next dtype that holds all their values: bfloat16 to float32,
 * int16 and uint16 to int32, uint32 to int64, uint64 to int64 (refused above 2^63 - 1).
 * Typed arrays are little-endian on every platform that runs JavaScript today.
 */
import { bytesPerElement, type DType, type DTypeArrays, LeukoscopeError } from '@leukoscope/core';
import { bfloat16ToFloat32 } from './half-floats.ts';

const widened = {
  bfloat16: 'float32',
  int16: 'int32',
  uint16: 'int32',
  uint32: 'int64',
  uint64: 'int64',
} as const satisfies Record<string, DType>;

/** What a file's tensor may hold: our dtypes, and kinds that are widened when read. */
export type ElementKind = DType | keyof typeof widened;

/** Elements with the dtype they have here. */
export interface Elements {
  readonly dtype: DType;
  readonly data: DTypeArrays[DType];
}

/** Return the bytes that one element takes in the file. */
export function bytesPerKind(kind: ElementKind): number {
  if (kind === 'uint64') return 8;
  if (kind === 'uint32') return 4;
  return isDType(kind) ? bytesPerElement(kind) : 2;
}

/** See bytes as elements; `subject` names the tensor in errors. */
export function readElements(kind: ElementKind, bytes: Uint8Array, subject: string): Elements {
  const width = bytesPerKind(kind);
  if (bytes.length % width !== 0) {
    throw new LeukoscopeError(
      'TENSOR_BYTES',
      `${subject} must take a multiple of ${width} bytes as ${kind}. Received ${bytes.length} bytes. The file is damaged.`,
    );
  }
  // Not slice(): Node's Buffer gives a view there instead of a copy.
  const aligned = bytes.byteOffset % width === 0 ? bytes : new Uint8Array(bytes);
  const { buffer, byteOffset } = aligned;
  const length = bytes.length / width;
  if (isDType(kind)) return { dtype: kind, data: viewOf(kind, buffer, byteOffset, length) };
  const dtype = widened[kind];
  switch (kind) {
    case 'bfloat16':
      return { dtype, data: bfloat16ToFloat32(new Uint16Array(buffer, byteOffset, length)) };
    case 'int16':
      return { dtype, data: Int32Array.from(new Int16Array(buffer, byteOffset, length)) };
    case 'uint16':
      return { dtype, data: Int32Array.from(new Uint16Array(buffer, byteOffset, length)) };
    case 'uint32':
      return {
        dtype,
        data: BigInt64Array.from(new Uint32Array(buffer, byteOffset, length), BigInt),
      };
    case 'uint64':
      return { dtype, data: signed(new BigUint64Array(buffer, byteOffset, length), subject) };
  }
}

/** Tell whether a kind is one of our dtypes, so that it needs no widening. */
export function isDType(kind: ElementKind): kind is DType {
  return !(kind in widened);
}

function viewOf(
  dtype: DType,
  buffer: ArrayBufferLike,
  byteOffset: number,
  length: number,
): DTypeArrays[DType] {
  switch (dtype) {
    case 'float32':
      return new Float32Array(buffer, byteOffset, length);
    case 'float16':
      return new Uint16Array(buffer, byteOffset, length);
    case 'float64':
      return new Float64Array(buffer, byteOffset, length);
    case 'int64':
      return new BigInt64Array(buffer, byteOffset, length);
    case 'int32':
      return new Int32Array(buffer, byteOffset, length);
    case 'int8':
      return new Int8Array(buffer, byteOffset, length);
    case 'uint8':
    case 'bool':
      return new Uint8Array(buffer, byteOffset, length);
  }
}

function signed(values: BigUint64Array, subject: string): BigInt64Array {
  const tooLarge = values.find((value) => value > 2n ** 63n - 1n);
  if (tooLarge === undefined) return BigInt64Array.from(values);
  throw new LeukoscopeError(
    'TENSOR_ELEMENT_KIND',
    `${subject} must hold whole numbers below 2^63. Received ${tooLarge}. Store it in another way.`,
  );
}
