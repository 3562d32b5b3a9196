/**
 * @file A place in a file that moves on with every value taken; little-endian unless named otherwise.
 *
 * It never reads past the end: the owner says which error that is.
 */
import type { LeukoscopeError } from '@leukoscope/core';

/** Take values one after the other. */
export class ByteCursor {
  /** Offset of the next byte. */
  offset: number;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #atEnd: (wanted: number, offset: number) => LeukoscopeError;

  /** `atEnd` makes the error for `wanted` bytes that are not there. */
  constructor(
    bytes: Uint8Array,
    offset: number,
    atEnd: (wanted: number, offset: number) => LeukoscopeError,
  ) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#atEnd = atEnd;
    this.offset = offset;
  }

  /** Count the bytes that are left. */
  get left(): number {
    return this.#bytes.length - this.offset;
  }

  /** Take bytes as a view. */
  bytes(count: number): Uint8Array {
    const start = this.#take(count);
    return this.#bytes.subarray(start, start + count);
  }

  /** Take the bytes up to a line feed, and pass over it. */
  line(): Uint8Array {
    const end = this.#bytes.indexOf(10, this.offset);
    if (end < 0) throw this.#atEnd(this.left + 1, this.offset);
    const line = this.bytes(end - this.offset);
    this.offset++;
    return line;
  }

  uint8(): number {
    return this.#view.getUint8(this.#take(1));
  }

  uint16(): number {
    return this.#view.getUint16(this.#take(2), true);
  }

  uint32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  int32(): number {
    return this.#view.getInt32(this.#take(4), true);
  }

  /** Take an unsigned 64-bit number, rounded to a number: right for sizes below 2^53. */
  size64(): number {
    return Number(this.#view.getBigUint64(this.#take(8), true));
  }

  float64BigEndian(): number {
    return this.#view.getFloat64(this.#take(8), false);
  }

  #take(count: number): number {
    if (count > this.left) throw this.#atEnd(count, this.offset);
    const start = this.offset;
    this.offset += count;
    return start;
  }
}
