import { LeukoscopeError } from '@leukoscope/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ProtobufReader } from './protobuf-reader.ts';
import { ProtobufWriter } from './protobuf-writer.ts';

type Tree = { bytes: Uint8Array } | { text: string } | { int: bigint } | { children: Tree[] };

/** Sizes around the limits at which the writer changes its way: 42 letters, 127, 512, 8192 bytes. */
const sizes = [0, 1, 41, 42, 43, 126, 127, 128, 511, 512, 513, 8190, 8192, 9000];

const tree = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 5 },
    fc.record({ bytes: fc.constantFrom(...sizes).map((n) => new Uint8Array(n).fill(n)) }),
    fc.record({
      text: fc.constantFrom(...sizes.slice(0, 9)).map((n) => 'aü漢'.repeat(n).slice(0, n)),
    }),
    fc.record({ int: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }) }),
    fc.record({ children: fc.array(tie('tree'), { maxLength: 6 }) }),
  ),
})).tree;

function write(writer: ProtobufWriter, value: Tree): void {
  if ('bytes' in value) writer.bytes(1, value.bytes);
  else if ('text' in value) writer.string(2, value.text);
  else if ('int' in value) writer.int(3, value.int);
  else {
    writer.message(200, () => {
      for (const child of value.children) write(writer, child);
    });
  }
}

function read(reader: ProtobufReader): Tree[] {
  const values: Tree[] = [];
  while (reader.next()) {
    if (reader.field === 1) values.push({ bytes: reader.bytes() });
    else if (reader.field === 2) values.push({ text: reader.string() });
    else if (reader.field === 3) values.push({ int: BigInt(reader.int64()) });
    else values.push({ children: read(reader.message()) });
  }
  return values;
}

/** The same bytes by the plain rule: every message encoded by itself, then copied. */
function writePlainly(value: Tree): number[] {
  if ('int' in value) return [3 * 8, ...varint(BigInt.asUintN(64, value.int))];
  const field = 'bytes' in value ? 1 : 'text' in value ? 2 : 200;
  const content =
    'bytes' in value
      ? [...value.bytes]
      : 'text' in value
        ? [...new TextEncoder().encode(value.text)]
        : value.children.flatMap(writePlainly);
  return [...varint(BigInt(field * 8 + 2)), ...varint(BigInt(content.length)), ...content];
}

function varint(value: bigint): number[] {
  return value < 128n ? [Number(value)] : [Number(value & 127n) | 128, ...varint(value >> 7n)];
}

test('writes nested messages of all sizes as the plain rule does, and reads them back', () => {
  fc.assert(
    fc.property(fc.array(tree, { maxLength: 5 }), (values) => {
      const writer = new ProtobufWriter();
      for (const value of values) write(writer, value);
      const bytes = writer.finish();
      expect(Buffer.from(bytes).equals(Buffer.from(values.flatMap(writePlainly)))).toBe(true);
      expect(read(new ProtobufReader(bytes)).length).toBe(values.length);
    }),
    { numRuns: 150, seed: 1 },
  );
});

test('reads back deep trees exactly', () => {
  fc.assert(
    fc.property(tree, (value) => {
      const writer = new ProtobufWriter();
      write(writer, value);
      expect(read(new ProtobufReader(writer.finish()))).toEqual([value]);
    }),
    { numRuns: 100, seed: 2 },
  );
});

test('passes over fields of every wire type', () => {
  const skipped = [0x08, 0xff, 0x01, 0x11, 1, 2, 3, 4, 5, 6, 7, 8, 0x1a, 2, 9, 9, 0x25, 1, 2, 3, 4];
  const reader = new ProtobufReader(Uint8Array.of(...skipped, 0x28, 7));
  for (let i = 0; i < 4; i++) {
    expect(reader.next()).toBe(true);
    reader.skip();
  }
  expect(reader.next()).toBe(true);
  expect([reader.field, reader.int64()]).toEqual([5, 7]);
  expect(reader.next()).toBe(false);
});

test.each<[string, number[], (reader: ProtobufReader) => unknown, RegExp]>([
  [
    'a length beyond the end',
    [0x0a, 5, 1, 2],
    (r) => r.bytes(),
    /2 bytes are left.*length of 5 at byte 2/,
  ],
  ['a cut-off varint', [0x08, 0x80], (r) => r.int64(), /must end inside its message/],
  ['a varint of 11 bytes', [0x08, ...Array(11).fill(0x80)], (r) => r.int64(), /at most 10 bytes/],
  [
    'a negative length',
    [0x0a, ...Array(9).fill(0xff), 1],
    (r) => r.bytes(),
    /length must be positive/,
  ],
  ['a group', [0x0b, 1], (r) => r.skip(), /Received group/],
  ['another wire type than expected', [0x08, 1], (r) => r.bytes(), /field 1 must be of wire type/],
  ['text that is not UTF-8', [0x0a, 1, 0xff], (r) => r.string(), /must be UTF-8/],
  ['a cut-off packed run', [0x0a, 2, 1, 0x80], (r) => r.int64s([]), /cut-off number/],
  ['packed floats of 5 bytes', [0x0a, 5, 1, 1, 1, 1, 1], (r) => r.floats([]), /4 bytes each/],
  ['packed doubles of 4 bytes', [0x0a, 4, 1, 1, 1, 1], (r) => r.doubles([]), /8 bytes each/],
])('refuses %s', (_, bytes, take, message) => {
  const reader = new ProtobufReader(Uint8Array.from(bytes));
  reader.next();
  let thrown: unknown;
  try {
    take(reader);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(LeukoscopeError);
  expect((thrown as LeukoscopeError).message).toMatch(message);
});

test('refuses field number 0', () => {
  expect(() => new ProtobufReader(Uint8Array.of(0, 1)).next()).toThrow(/field number must be/);
});

test('refuses endless nesting instead of overflowing the stack', () => {
  let bytes: number[] = [];
  for (let i = 0; i < 100; i++) bytes = [0x0a, ...varint(BigInt(bytes.length)), ...bytes];
  const descend = (reader: ProtobufReader): void => {
    while (reader.next()) descend(reader.message());
  };
  expect(() => descend(new ProtobufReader(Uint8Array.from(bytes)))).toThrow(/nested at most 64/);
});

test('reads a view that does not start at the beginning of its buffer', () => {
  const bytes = Uint8Array.of(9, 9, 9, 0x0d, 0, 0, 0x80, 0x3f).subarray(3);
  const reader = new ProtobufReader(bytes);
  reader.next();
  expect(reader.float()).toBe(1);
});
