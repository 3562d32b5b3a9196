/**
 * @file Numbers that onnx.proto gives to element types (`TensorProto.DataType`) and attribute types.
 */
import type { DType } from '@leukoscope/core';
import { type ElementKind, isDType } from './elements.ts';
import type { OnnxAttribute } from './model.ts';

/** The element type number of each dtype. */
export const elementTypes = {
  float32: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  float64: 11,
} as const satisfies Record<DType, number>;

const kinds = new Map<number, ElementKind>([
  [1, 'float32'],
  [2, 'uint8'],
  [3, 'int8'],
  [4, 'uint16'],
  [5, 'int16'],
  [6, 'int32'],
  [7, 'int64'],
  [9, 'bool'],
  [10, 'float16'],
  [11, 'float64'],
  [12, 'uint32'],
  [13, 'uint64'],
  [16, 'bfloat16'],
]);

/** Names of the element types that we cannot read at all, for error messages. */
const foreignNames = new Map<number, string>([
  [0, 'no element type'],
  [8, 'string'],
  [14, 'complex64'],
  [15, 'complex128'],
  [17, 'float8e4m3fn'],
  [18, 'float8e4m3fnuz'],
  [19, 'float8e5m2'],
  [20, 'float8e5m2fnuz'],
  [21, 'uint4'],
  [22, 'int4'],
  [23, 'float4e2m1'],
]);

/** Return the kind of an element type number, or undefined where we cannot read it. */
export function kindOf(elementType: number): ElementKind | undefined {
  return kinds.get(elementType);
}

/** Return the dtype of an element type number, or undefined where it is not one of ours. */
export function dtypeOf(elementType: number): DType | undefined {
  const kind = kinds.get(elementType);
  return kind !== undefined && isDType(kind) ? kind : undefined;
}

/** Return a name for any element type number. */
export function elementTypeName(elementType: number): string {
  return kinds.get(elementType) ?? foreignNames.get(elementType) ?? `number ${elementType}`;
}

/** `AttributeProto.AttributeType`: the number of each kind of attribute. */
export const attributeTypes = {
  float: 1,
  int: 2,
  string: 3,
  tensor: 4,
  graph: 5,
  floats: 6,
  ints: 7,
  strings: 8,
} as const satisfies Record<OnnxAttribute['type'], number>;
