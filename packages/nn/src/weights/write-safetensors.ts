/**
 * @file Writes safetensors files: the format in which Leukoscope keeps weights.
 *
 * As the reference implementation does, wider elements come first, then names in code point order, and the
 * header is padded with spaces to 8 bytes: every tensor is aligned, so readers need not copy it, and
 * equal weights give equal bytes.
 * Format: https://github.com/huggingface/safetensors#format
 */
import {
  bytesPerElement,
  type DType,
  elementCount,
  LeukoscopeError,
  type TensorData,
} from '@leukoscope/core';

const dtypeNames: Record<DType, string> = {
  float64: 'F64',
  float32: 'F32',
  float16: 'F16',
  int64: 'I64',
  int32: 'I32',
  int8: 'I8',
  uint8: 'U8',
  bool: 'BOOL',
};

/** Write tensors, and free text about them, as the bytes of a safetensors file. */
export function writeSafetensors(
  tensors: ReadonlyMap<string, TensorData>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  const entries = [...tensors].sort(
    ([aName, a], [bName, b]) =>
      bytesPerElement(b.dtype) - bytesPerElement(a.dtype) || (aName < bName ? -1 : 1),
  );
  const facts = Object.entries(metadata).sort(([a], [b]) => (a < b ? -1 : 1));
  const header: [string, unknown][] = [];
  if (facts.length > 0) header.push(['__metadata__', Object.fromEntries(facts)]);
  let end = 0;
  for (const [name, tensor] of entries) {
    checkTensor(name, tensor);
    const start = end;
    end += tensor.data.byteLength;
    const dtype = dtypeNames[tensor.dtype];
    header.push([name, { dtype, shape: tensor.shape, data_offsets: [start, end] }]);
  }
  const headerBytes = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  const valuesAt = 8 + Math.ceil(headerBytes.length / 8) * 8;
  const file = new Uint8Array(valuesAt + end);
  new DataView(file.buffer).setBigUint64(0, BigInt(valuesAt - 8), true);
  file.set(headerBytes, 8);
  file.fill(0x20, 8 + headerBytes.length, valuesAt);
  let at = valuesAt;
  for (const [, { data }] of entries) {
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return file;
}

function checkTensor(name: string, { shape, data }: TensorData): void {
  if (name === '__metadata__') {
    throw new LeukoscopeError(
      'SAFETENSORS_NAME',
      'A tensor must have a name other than "__metadata__". Received "__metadata__", which safetensors keeps for itself. Rename it.',
    );
  }
  if (data.length !== elementCount(shape)) {
    throw new LeukoscopeError(
      'TENSOR_LENGTH',
      `Tensor "${name}" must hold ${elementCount(shape)} elements for shape [${shape.join(', ')}]. Received ${data.length}.`,
    );
  }
}
