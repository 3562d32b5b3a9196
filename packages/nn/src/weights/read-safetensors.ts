/**
 * @file Reads safetensors files.
 *
 * Layout: the header's length (8 bytes, little-endian), a JSON header { name: { dtype, shape,
 * data_offsets } }, then the values. Tensors become views into the file where they are aligned.
 * BF16, I16, U16, U32 and U64 are widened (see onnx/elements.ts); F8, F4 and complex are refused.
 * Checks are those of the reference implementation: a bounded header, and values that cover the
 * rest of the file without a hole or an overlap, so that nothing can hide in it.
 * Format: https://github.com/huggingface/safetensors#format
 */
import { elementCount, LeukoscopeError, messageOf, type TensorData } from '@leukoscope/core';
import { bytesPerKind, type ElementKind, readElements } from '../onnx/elements.ts';
import type { Weights } from './weights.ts';

/** The reference implementation's limit for the header. */
const longestHeaderBytes = 100_000_000;
const prefixBytes = 8;

const kinds = new Map<string, ElementKind>([
  ['F64', 'float64'],
  ['F32', 'float32'],
  ['F16', 'float16'],
  ['BF16', 'bfloat16'],
  ['I64', 'int64'],
  ['I32', 'int32'],
  ['I16', 'int16'],
  ['I8', 'int8'],
  ['U64', 'uint64'],
  ['U32', 'uint32'],
  ['U16', 'uint16'],
  ['U8', 'uint8'],
  ['BOOL', 'bool'],
]);

interface Entry {
  readonly name: string;
  readonly kind: ElementKind;
  readonly shape: readonly number[];
  readonly start: number;
  readonly end: number;
}

/** Read the tensors of a safetensors file, in the order in which their values lie in it. */
export function readSafetensors(bytes: Uint8Array): Weights {
  const headerBytes = headerLength(bytes);
  const header = parseHeader(bytes.subarray(prefixBytes, prefixBytes + headerBytes));
  const values = bytes.subarray(prefixBytes + headerBytes);
  let metadata: Record<string, string> = {};
  const entries: Entry[] = [];
  for (const [name, value] of Object.entries(header)) {
    if (name === '__metadata__') metadata = parseMetadata(value);
    else entries.push(parseEntry(name, value));
  }
  entries.sort((a, b) => a.start - b.start || a.end - b.end);
  const tensors = new Map<string, TensorData>();
  let covered = 0;
  for (const { name, kind, shape, start, end } of entries) {
    if (start !== covered) {
      throw damaged(`tensor "${name}" must start at byte ${covered} of the values`, `${start}`);
    }
    if (end > values.length) {
      throw damaged(
        `tensor "${name}" must end within the ${values.length} bytes of values`,
        `an end at byte ${end}`,
      );
    }
    const elements = readElements(kind, values.subarray(start, end), `tensor "${name}"`);
    tensors.set(name, { ...elements, shape });
    covered = end;
  }
  if (covered !== values.length) {
    throw damaged(`its tensors must cover all ${values.length} bytes of values`, `${covered}`);
  }
  return { tensors, metadata };
}

function headerLength(bytes: Uint8Array): number {
  if (bytes.length < prefixBytes) {
    throw damaged(`it must hold at least ${prefixBytes} bytes`, `${bytes.length}`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = Number(view.getBigUint64(0, true));
  const most = Math.min(longestHeaderBytes, bytes.length - prefixBytes);
  if (length > most) throw damaged(`its header must take at most ${most} bytes`, `${length}`);
  return length;
}

function parseHeader(bytes: Uint8Array): Record<string, unknown> {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch (cause) {
    throw damaged('its header must be JSON', messageOf(cause), cause);
  }
  if (isRecord(header)) return header;
  throw damaged('its header must be a JSON object', shown(header));
}

function parseMetadata(value: unknown): Record<string, string> {
  if (isRecord(value)) {
    const pairs = Object.entries(value);
    const texts = pairs.filter((pair): pair is [string, string] => typeof pair[1] === 'string');
    if (texts.length === pairs.length) return Object.fromEntries(texts);
  }
  throw damaged('its __metadata__ must hold text only', shown(value));
}

function parseEntry(name: string, value: unknown): Entry {
  const { dtype, shape, data_offsets: offsets } = isRecord(value) ? value : {};
  const kind = typeof dtype === 'string' ? kinds.get(dtype) : undefined;
  if (kind === undefined) {
    throw new LeukoscopeError(
      'TENSOR_ELEMENT_KIND',
      `Tensor "${name}" must have one of the dtypes ${[...kinds.keys()].join(', ')}. Received ${shown(dtype)}. Convert it in the program that wrote the file.`,
    );
  }
  if (!isCounts(shape)) {
    throw damaged(`tensor "${name}" must have a shape of whole numbers`, shown(shape));
  }
  if (!isCounts(offsets) || offsets.length !== 2) {
    throw damaged(`tensor "${name}" must have two data_offsets`, shown(offsets));
  }
  const [start, end] = [offsets[0]!, offsets[1]!];
  const expected = elementCount(shape) * bytesPerKind(kind);
  if (end - start !== expected) {
    throw damaged(
      `tensor "${name}" must take ${expected} bytes as ${dtype} [${shape.join(', ')}]`,
      `${end - start}`,
    );
  }
  return { name, kind, shape, start, end };
}

/** Lists of plain values only: writing out a hostile, deeply nested one would exhaust the stack. */
function shown(value: unknown): string {
  if (value === undefined) return 'none';
  if (isRecord(value)) return 'an object';
  const isNested = Array.isArray(value) && value.some((each) => typeof each === 'object');
  return isNested ? 'a nested list' : JSON.stringify(value).slice(0, 80);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((each) => Number.isSafeInteger(each) && each >= 0);
}

function damaged(rule: string, received: string, cause?: unknown): LeukoscopeError {
  return new LeukoscopeError(
    'SAFETENSORS_INVALID',
    `A safetensors file is not valid: ${rule}. Received ${received}. The file is damaged, truncated or of another format.`,
    { cause },
  );
}
