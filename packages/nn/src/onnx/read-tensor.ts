/**
 * @file Reads one `TensorProto`: a constant of an ONNX file, in any of the forms values come in.
 *
 * `raw_data` becomes a view into the file where it is aligned. The older forms hold one list per
 * family: float_data (float32), int32_data (int32 and everything smaller: float16 as its bits, int8,
 * uint8, bool), int64_data, double_data. Memory is never reserved by the shape that a file claims.
 */
import { createArray, elementCount, LeukoscopeError } from '@leukoscope/core';
import { dtypeOf, elementTypeName, kindOf } from './element-types.ts';
import { type ElementKind, type Elements, isDType, readElements } from './elements.ts';
import { bfloat16ToFloat32 } from './half-floats.ts';
import { joinRuns } from './join-runs.ts';
import type { OnnxTensor } from './model.ts';
import type { ProtobufReader } from './protobuf-reader.ts';

/** What a TensorProto holds, before it is known which of the lists counts. */
interface TensorFields {
  name: string;
  elementType: number;
  shape: number[];
  raw: Uint8Array | undefined;
  floats: (Float32Array | number[])[];
  int32s: (Int32Array | number[])[];
  int64s: (BigInt64Array | bigint[])[];
  doubles: (Float64Array | number[])[];
  uint64s: (BigInt64Array | bigint[])[];
  external: boolean;
}

/** Read a tensor; with `widen`, element types that we lack become the next dtype that holds them. */
export function readTensor(reader: ProtobufReader, { widen = false } = {}): OnnxTensor {
  const fields = readTensorFields(reader);
  const { name, shape, elementType } = fields;
  const kind = widen ? kindOf(elementType) : dtypeOf(elementType);
  if (kind === undefined) {
    throw new LeukoscopeError(
      'ONNX_UNSUPPORTED',
      `Tensor "${name}" must hold float32, float16, float64, int64, int32, int8, uint8 or bool. Received ${elementTypeName(elementType)}. Convert it in the program that wrote the file.`,
    );
  }
  if (fields.external) {
    throw new LeukoscopeError(
      'ONNX_EXTERNAL_DATA',
      `Tensor "${name}" must be stored inside the model file. Received external data. Save the model as one file (in Python: onnx.save(onnx.load(path), newPath)).`,
    );
  }
  if (shape.some((extent) => extent < 0)) {
    throw new LeukoscopeError(
      'ONNX_TENSOR',
      `Tensor "${name}" must have extents of 0 or more. Received [${shape.join(', ')}]. The file is damaged.`,
    );
  }
  const { dtype, data } = valuesOf(fields, kind);
  const expected = elementCount(shape);
  if (data.length !== expected) {
    throw new LeukoscopeError(
      'ONNX_TENSOR',
      `Tensor "${name}" must hold ${expected} elements for shape [${shape.join(', ')}]. Received ${data.length}. The file is damaged.`,
    );
  }
  return { name, dtype, shape, data };
}

function readTensorFields(reader: ProtobufReader): TensorFields {
  const dims: (number | bigint)[] = [];
  const fields: TensorFields = {
    name: '',
    elementType: 0,
    shape: [],
    raw: undefined,
    floats: [],
    int32s: [],
    int64s: [],
    doubles: [],
    uint64s: [],
    external: false,
  };
  while (reader.next()) {
    if (reader.field === 1) reader.ints(dims);
    else if (reader.field === 2) fields.elementType = reader.int32();
    else if (reader.field === 4) reader.floats(fields.floats);
    else if (reader.field === 5) reader.int32s(fields.int32s);
    else if (reader.field === 7) reader.int64s(fields.int64s);
    else if (reader.field === 8) fields.name = reader.string();
    else if (reader.field === 9) fields.raw = reader.bytes();
    else if (reader.field === 10) reader.doubles(fields.doubles);
    else if (reader.field === 11) reader.int64s(fields.uint64s);
    else if (reader.field === 14) fields.external = reader.int32() === 1;
    else reader.skip();
  }
  fields.shape = dims.map(Number);
  return fields;
}

function valuesOf(fields: TensorFields, kind: ElementKind): Elements {
  const subject = `Tensor "${fields.name}"`;
  if (fields.raw !== undefined) return readElements(kind, fields.raw, subject);
  switch (kind) {
    case 'float32':
      return { dtype: kind, data: joinRuns(fields.floats, (length) => new Float32Array(length)) };
    case 'float64':
      return { dtype: kind, data: joinRuns(fields.doubles, (length) => new Float64Array(length)) };
    case 'int64':
      return { dtype: kind, data: joinRuns(fields.int64s, (length) => new BigInt64Array(length)) };
    case 'uint32':
    case 'uint64': {
      const { buffer } = joinRuns(fields.uint64s, (length) => new BigInt64Array(length));
      return readElements('uint64', new Uint8Array(buffer), subject);
    }
    case 'bfloat16': {
      const bits = joinRuns(fields.int32s, (length) => new Uint16Array(length));
      return { dtype: 'float32', data: bfloat16ToFloat32(bits) };
    }
    default: {
      const dtype = isDType(kind) ? kind : 'int32';
      return { dtype, data: joinRuns(fields.int32s, (length) => createArray(dtype, length)) };
    }
  }
}
