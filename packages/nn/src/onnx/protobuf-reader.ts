/**
 * @file Reads the protobuf wire format without trusting it.
 *
 * A reader walks one message: `next()` moves to a field, then exactly one of the value methods (or
 * `skip`) takes its value. Bytes and nested messages are views, so reading allocates nothing by
 * itself, whatever lengths the file claims. Errors carry the offset in the whole file.
 * Format: https://protobuf.dev/programming-guides/encoding/
 */
import { LeukoscopeError } from '@leukoscope/core';

const wireNames = ['varint', '64-bit', 'length-delimited', 'group', 'group end', '32-bit'] as const;
const varintWire = 0;
const fixed64Wire = 1;
const bytesWire = 2;
const fixed32Wire = 5;

/** No field of a sane file is nested deeper; a hostile one could exhaust the stack. */
const deepest = 64;

const textDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Walk the fields of one message. */
export class ProtobufReader {
  /** Number of the current field. */
  field = 0;
  #wireType = 0;
  #offset: number;
  readonly #end: number;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #depth: number;

  constructor(bytes: Uint8Array, start = 0, end: number = bytes.length, depth = 0) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#offset = start;
    this.#end = end;
    this.#depth = depth;
  }

  /** Move to the next field; false at the end of the message. */
  next(): boolean {
    if (this.#offset >= this.#end) return false;
    const tag = this.#varint();
    if (typeof tag === 'bigint' || tag >= 2 ** 32 || tag < 8) {
      throw this.#malformed(`a field number must be 1 to 2^29 - 1`, `${tag}`);
    }
    this.field = Math.floor(tag / 8);
    this.#wireType = tag % 8;
    return true;
  }

  /** Take a signed 64-bit number: a bigint only beyond 2^53. */
  int64(): number | bigint {
    this.#expect(varintWire);
    return this.#varint();
  }

  /** Take a signed 32-bit number or an enumeration. */
  int32(): number {
    return Number(BigInt.asIntN(32, BigInt(this.int64())));
  }

  /** Take a whole number that must be a safe integer. */
  safeInt(): number {
    const value = this.int64();
    if (typeof value === 'number') return value;
    throw this.#malformed('a whole number must be within 2^53 here', `${value}`);
  }

  /** Take a 32-bit float. */
  float(): number {
    this.#expect(fixed32Wire);
    return this.#view.getFloat32(this.#take(4), true);
  }

  /** Take bytes, as a view into the file. */
  bytes(): Uint8Array {
    this.#expect(bytesWire);
    const length = this.#length();
    const start = this.#take(length);
    return this.#bytes.subarray(start, start + length);
  }

  /** Take UTF-8 text. */
  string(): string {
    const at = this.#offset;
    try {
      return textDecoder.decode(this.bytes());
    } catch (error) {
      if (error instanceof LeukoscopeError) throw error;
      throw malformed('text must be UTF-8', 'other bytes', at);
    }
  }

  /** Take a nested message as a reader of its own. */
  message(): ProtobufReader {
    this.#expect(bytesWire);
    if (this.#depth >= deepest) {
      throw this.#malformed(`messages must be nested at most ${deepest} deep`, 'more');
    }
    const length = this.#length();
    const start = this.#take(length);
    return new ProtobufReader(this.#bytes, start, start + length, this.#depth + 1);
  }

  /** Take one value, or a packed run of values, of a repeated whole-number field. */
  ints(into: (number | bigint)[]): void {
    if (this.#wireType !== bytesWire) {
      into.push(this.int64());
      return;
    }
    const run = this.message();
    while (run.#offset < run.#end) into.push(run.#varint());
  }

  /** Take what `ints` takes, as a run of int64. */
  int64s(into: (BigInt64Array | bigint[])[]): void {
    if (this.#wireType !== bytesWire) {
      addSingle(into, BigInt(this.int64()));
      return;
    }
    const run = this.message();
    const values = new BigInt64Array(run.#countVarints());
    for (let i = 0; i < values.length; i++) values[i] = BigInt(run.#varint());
    into.push(values);
  }

  /** Take what `ints` takes, as a run of int32: the low 32 bits of each. */
  int32s(into: (Int32Array | number[])[]): void {
    if (this.#wireType !== bytesWire) {
      addSingle(into, this.int32());
      return;
    }
    const run = this.message();
    const values = new Int32Array(run.#countVarints());
    for (let i = 0; i < values.length; i++) {
      const value = run.#varint();
      values[i] = typeof value === 'number' ? value : Number(BigInt.asIntN(32, value));
    }
    into.push(values);
  }

  /** Take one value, or a packed run of values, of a repeated float field. */
  floats(into: (Float32Array | number[])[]): void {
    if (this.#wireType !== bytesWire) {
      addSingle(into, this.float());
      return;
    }
    const bytes = this.bytes();
    if (bytes.length % 4 !== 0) {
      throw this.#malformed('packed floats must take 4 bytes each', `${bytes.length} bytes`);
    }
    into.push(new Float32Array(new Uint8Array(bytes).buffer));
  }

  /** Take one value, or a packed run of values, of a repeated double field. */
  doubles(into: (Float64Array | number[])[]): void {
    if (this.#wireType !== bytesWire) {
      this.#expect(fixed64Wire);
      addSingle(into, this.#view.getFloat64(this.#take(8), true));
      return;
    }
    const bytes = this.bytes();
    if (bytes.length % 8 !== 0) {
      throw this.#malformed('packed doubles must take 8 bytes each', `${bytes.length} bytes`);
    }
    into.push(new Float64Array(new Uint8Array(bytes).buffer));
  }

  /** Pass over the current field. */
  skip(): void {
    switch (this.#wireType) {
      case varintWire:
        this.#varint();
        break;
      case fixed64Wire:
        this.#take(8);
        break;
      case bytesWire:
        this.#take(this.#length());
        break;
      case fixed32Wire:
        this.#take(4);
        break;
      default: {
        // Groups (3, 4) left the language in 2008 and none of the formats we read has any.
        const name = wireNames[this.#wireType] ?? `number ${this.#wireType}`;
        throw this.#malformed('a wire type must be varint, 64-bit, bytes or 32-bit', name);
      }
    }
  }

  #expect(wireType: number): void {
    if (this.#wireType === wireType) return;
    const name = wireNames[this.#wireType] ?? `number ${this.#wireType}`;
    throw this.#malformed(`field ${this.field} must be of wire type ${wireNames[wireType]}`, name);
  }

  #length(): number {
    const length = this.#varint();
    if (typeof length === 'number' && length >= 0) return length;
    throw this.#malformed('a length must be positive', `${length}`);
  }

  #take(count: number): number {
    const start = this.#offset;
    if (count > this.#end - start) {
      throw this.#malformed(
        `field ${this.field} must end inside its message (${this.#end - start} bytes are left)`,
        `a length of ${count}`,
      );
    }
    this.#offset = start + count;
    return start;
  }

  /** value = sum over bytes of (byte & 127) * 128^i, as two's complement of 64 bits. */
  #varint(): number | bigint {
    let value = 0;
    let scale = 1;
    for (let i = 0; i < 7; i++) {
      const byte = this.#byte();
      value += (byte & 127) * scale;
      if (byte < 128) return value;
      scale *= 128;
    }
    let high = 0n; // bits 49 to 63
    for (let i = 0; i < 3; i++) {
      const byte = this.#byte();
      high += BigInt(byte & 127) << BigInt(7 * i);
      if (byte < 128) {
        const exact = BigInt.asIntN(64, (high << 49n) + BigInt(value));
        const rounded = Number(exact);
        return Number.isSafeInteger(rounded) ? rounded : exact;
      }
    }
    throw this.#malformed('a varint must take at most 10 bytes', 'a longer one');
  }

  #byte(): number {
    if (this.#offset >= this.#end) {
      throw this.#malformed('a value must end inside its message', 'the end of it');
    }
    return this.#bytes[this.#offset++]!;
  }

  #countVarints(): number {
    let count = 0;
    for (let i = this.#offset; i < this.#end; i++) if (this.#bytes[i]! < 128) count++;
    if (this.#end > this.#offset && this.#bytes[this.#end - 1]! >= 128) {
      throw this.#malformed('packed numbers must end with their message', 'a cut-off number');
    }
    return count;
  }

  #malformed(rule: string, received: string): LeukoscopeError {
    return malformed(rule, received, this.#offset);
  }
}

/** Values that come one by one share a run: an array for each would take 20 times their size. */
function addSingle<T, R>(into: (R | T[])[], value: T): void {
  const last = into.at(-1);
  if (Array.isArray(last)) last.push(value);
  else into.push([value]);
}

function malformed(rule: string, received: string, offset: number): LeukoscopeError {
  return new LeukoscopeError(
    'PROTOBUF_MALFORMED',
    `Protobuf data: ${rule}. Received ${received} at byte ${offset}. The file is damaged, truncated or of another format.`,
  );
}
