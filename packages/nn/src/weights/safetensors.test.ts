import { float32, int64, type TensorData } from '@leukoscope/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readSafetensors } from './read-safetensors.ts';
import { writeSafetensors } from './write-safetensors.ts';

/** A file put together by hand from its header and its values. */
function fileOf(header: unknown, values: ArrayLike<number> = [], claimed?: bigint): Uint8Array {
  const text = typeof header === 'string' ? header : JSON.stringify(header);
  const json = new TextEncoder().encode(text);
  const file = new Uint8Array(8 + json.length + values.length);
  new DataView(file.buffer).setBigUint64(0, claimed ?? BigInt(json.length), true);
  file.set(json, 8);
  file.set(values, 8 + json.length);
  return file;
}

/** Deeper than the stack of any recursive reader. */
const nested = '['.repeat(200_000) + ']'.repeat(200_000);

const oneFloat = { dtype: 'F32', shape: [1], data_offsets: [0, 4] };

test('reads a file written by the letter of the format', () => {
  const header = {
    __metadata__: { step: '7' },
    b: { dtype: 'F32', shape: [1, 2], data_offsets: [2, 10] },
    a: { dtype: 'I8', shape: [2], data_offsets: [0, 2] },
    none: { dtype: 'F16', shape: [0, 3], data_offsets: [10, 10] },
    scalar: { dtype: 'BOOL', shape: [], data_offsets: [10, 11] },
  };
  const values = [255, 1, ...new Uint8Array(Float32Array.of(1.5, -2).buffer), 1];
  const { tensors, metadata } = readSafetensors(fileOf(header, values));
  expect(metadata).toEqual({ step: '7' });
  expect(Object.fromEntries(tensors)).toEqual({
    a: { dtype: 'int8', shape: [2], data: Int8Array.of(-1, 1) },
    b: { dtype: 'float32', shape: [1, 2], data: Float32Array.of(1.5, -2) },
    none: { dtype: 'float16', shape: [0, 3], data: new Uint16Array(0) },
    scalar: { dtype: 'bool', shape: [], data: Uint8Array.of(1) },
  });
  expect([...tensors.keys()]).toEqual(['a', 'b', 'none', 'scalar']);
});

test.each<[string, ArrayBufferView, TensorData['dtype'], ArrayLike<number | bigint>]>([
  ['BF16', Uint16Array.of(0x3f80, 0xc040), 'float32', [1, -3]],
  ['F16', Uint16Array.of(0x3c00), 'float16', [0x3c00]],
  ['I16', Int16Array.of(-2), 'int32', [-2]],
  ['U16', Uint16Array.of(65_535), 'int32', [65_535]],
  ['U32', Uint32Array.of(2 ** 32 - 1), 'int64', [4_294_967_295n]],
  ['U64', BigUint64Array.of(2n ** 63n - 1n), 'int64', [2n ** 63n - 1n]],
])('reads %s as the next dtype that holds it', (dtype, values, expected, numbers) => {
  const bytes = new Uint8Array(values.buffer);
  const shape = [numbers.length];
  const file = fileOf({ x: { dtype, shape, data_offsets: [0, bytes.length] } }, bytes);
  const tensor = readSafetensors(file).tensors.get('x')!;
  expect(tensor.dtype).toBe(expected);
  expect(Array.from<number | bigint>(tensor.data)).toEqual(Array.from(numbers));
});

test('gives back what was written, aligned, and the same bytes for the same weights', () => {
  const dtypes = fc.constantFrom<TensorData['dtype']>(
    'float32',
    'int64',
    'float16',
    'uint8',
    'float64',
  );
  const tensor = fc
    .record({ dtype: dtypes, shape: fc.array(fc.nat(3), { maxLength: 3 }) })
    .map(({ dtype, shape }): TensorData => {
      const count = shape.reduce((product, extent) => product * extent, 1);
      const numbers = Array.from({ length: count }, (_, i) => i + 1);
      if (dtype === 'int64') return int64(numbers, shape);
      if (dtype === 'float16') return { dtype, shape, data: Uint16Array.from(numbers) };
      if (dtype === 'uint8') return { dtype, shape, data: Uint8Array.from(numbers) };
      if (dtype === 'float64') return { dtype, shape, data: Float64Array.from(numbers) };
      return float32(numbers, shape);
    });
  const names = fc.string({ unit: 'grapheme', maxLength: 5 });
  fc.assert(
    fc.property(fc.dictionary(names, tensor), fc.dictionary(names, names), (values, facts) => {
      const written = new Map(Object.entries(values));
      const file = writeSafetensors(written, facts);
      const back = readSafetensors(file);
      expect(new Map([...back.tensors].sort())).toEqual(new Map([...written].sort()));
      expect({ ...back.metadata }).toEqual({ ...facts });
      for (const { data } of back.tensors.values()) expect(data.buffer).toBe(file.buffer);
      const turned = new Map([...written].reverse());
      expect(Buffer.from(writeSafetensors(turned, facts)).equals(file)).toBe(true);
    }),
    { numRuns: 100, seed: 3 },
  );
});

test('refuses to write the reserved name and data that do not fit their shape', () => {
  expect(() => writeSafetensors(new Map([['__metadata__', float32([1])]]))).toThrow(
    'A tensor must have a name other than "__metadata__".',
  );
  const short: TensorData = { dtype: 'float32', shape: [2], data: new Float32Array(1) };
  expect(() => writeSafetensors(new Map([['w', short]]))).toThrow('must hold 2 elements');
});

test.each<[string, Uint8Array, RegExp]>([
  ['an empty file', new Uint8Array(0), /at least 8 bytes/],
  ['a header longer than the file', fileOf({}, [], 2n ** 63n), /header must take at most 2 bytes/],
  ['a header that is no JSON', fileOf('{"a":'), /header must be JSON/],
  ['a header that is a list', fileOf('[]'), /must be a JSON object. Received \[\]/],
  ['nested lists without end', fileOf(`{"x":${nested}}`), /must have one of the dtypes/],
  ['nested lists as a dtype', fileOf(`{"x":{"dtype":${nested}}}`), /Received a nested list/],
  ['metadata other than text', fileOf({ __metadata__: { a: 1 } }), /must hold text only/],
  ['an unknown dtype', fileOf({ x: { ...oneFloat, dtype: 'F8_E4M3' } }), /Received "F8_E4M3"/],
  ['a tensor without a description', fileOf({ x: null }), /must have one of the dtypes/],
  ['a negative extent', fileOf({ x: { ...oneFloat, shape: [-1] } }), /whole numbers/],
  ['offsets that are not two', fileOf({ x: { ...oneFloat, data_offsets: [0] } }), /two data_off/],
  ['a size that is not the shape’s', fileOf({ x: { ...oneFloat, shape: [2] } }), /take 8 bytes/],
  ['a hole', fileOf({ x: { ...oneFloat, data_offsets: [4, 8] } }, Array(8)), /start at byte 0/],
  ['an overlap', fileOf({ x: oneFloat, y: oneFloat }, Array(4)), /"y" must start at byte 4/],
  ['a cut-off end', fileOf({ x: oneFloat }, [0, 0]), /must end within the 2 bytes/],
  ['bytes left over', fileOf({ x: oneFloat }, Array(5)), /must cover all 5 bytes/],
])('refuses %s', (_, file, message) => {
  expect(() => readSafetensors(file)).toThrow(message);
});
