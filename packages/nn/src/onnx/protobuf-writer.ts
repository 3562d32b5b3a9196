/**
 * @file Writes the protobuf wire format: fields of (number << 3 | wire type), then the value.
 *
 * Big byte arrays are kept as they are and copied once, by `finish`. A message's length is known only
 * when it is closed: one byte is kept free for it, which is enough for nearly every message, and
 * where it is not, the bytes already written are moved apart.
 * Format: https://protobuf.dev/programming-guides/encoding/
 */
import { LeukoscopeError } from '@leukoscope/core';

/** Smaller than this, copying into the current block is cheaper than keeping a chunk of its own. */
const smallBytes = 512;
const blockBytes = 8192;
/** Text of so many code units takes at most 126 bytes, whose count fits one byte. */
const shortText = 42;
/** Readers (ONNX Runtime among them) refuse protobuf messages of 2 GiB and more. */
const longestBytes = 2 ** 31 - 1;

const textEncoder = new TextEncoder();

/** Collect fields and give them as bytes in the end. Fields whose value is undefined are left out. */
export class ProtobufWriter {
  readonly #chunks: Uint8Array[] = [];
  #block = new Uint8Array(blockBytes);
  #blockStart = 0;
  #blockEnd = 0;
  #flushedLength = 0;

  /** Write a whole number as a varint; negative ones take 10 bytes, as protobuf wants. */
  int(field: number, value: number | bigint | undefined): void {
    if (value === undefined) return;
    this.#tag(field, 0);
    this.#varint(value);
  }

  /** Write a 32-bit float. */
  float(field: number, value: number): void {
    this.#tag(field, 5);
    this.#reserve(4);
    new DataView(this.#block.buffer).setFloat32(this.#blockEnd, value, true);
    this.#blockEnd += 4;
  }

  /** Write text as UTF-8. */
  string(field: number, value: string | undefined): void {
    if (value === undefined) return;
    if (value.length > shortText) {
      this.bytes(field, textEncoder.encode(value));
      return;
    }
    this.#tag(field, 2);
    this.#reserve(1 + 3 * value.length); // UTF-8 takes at most 3 bytes a code unit
    const target = this.#block.subarray(this.#blockEnd + 1);
    const { written } = textEncoder.encodeInto(value, target);
    this.#block[this.#blockEnd] = written;
    this.#blockEnd += 1 + written;
  }

  /** Write bytes; long ones are not copied until `finish`, so leave them unchanged until then. */
  bytes(field: number, value: Uint8Array): void {
    this.#tag(field, 2);
    this.#varint(value.length);
    if (value.length < smallBytes) {
      this.#reserve(value.length);
      this.#block.set(value, this.#blockEnd);
      this.#blockEnd += value.length;
    } else {
      this.#flush();
      this.#push(value);
    }
  }

  /** Write whole numbers in packed form. */
  packedInts(field: number, values: readonly (number | bigint)[]): void {
    if (values.length === 0) return;
    this.message(field, () => {
      for (const value of values) this.#varint(value);
    });
  }

  /** Write 32-bit floats in packed form. */
  packedFloats(field: number, values: readonly number[]): void {
    if (values.length === 0) return;
    const data = Float32Array.from(values);
    this.bytes(field, new Uint8Array(data.buffer));
  }

  /** Write a message: `write` puts its fields into this same writer. */
  message(field: number, write: () => void): void {
    this.#tag(field, 2);
    this.#reserve(1);
    const chunkIndex = this.#chunks.length; // the chunk that this place will lie in, once flushed
    const blockStart = this.#blockStart;
    const place = this.#blockEnd++;
    const lengthBefore = this.#length();
    write();
    const length = this.#length() - lengthBefore;
    if (this.#chunks.length === chunkIndex) {
      if (length < 128) {
        this.#block[place] = length;
        return;
      }
      this.#flush();
    }
    // A length of several bytes, or a message that reaches over chunks: put it between two chunks.
    // Places of outer messages stay right, because they lie before this one in the first half.
    const chunk = this.#chunks[chunkIndex]!;
    const encoded = this.#encodedVarint(length);
    const before = chunk.subarray(0, place - blockStart);
    const after = chunk.subarray(place - blockStart + 1);
    this.#chunks.splice(chunkIndex, 1, before, encoded, after);
    this.#flushedLength += encoded.length - 1;
  }

  /** Return everything written so far in one array. */
  finish(): Uint8Array<ArrayBuffer> {
    this.#flush();
    if (this.#flushedLength > longestBytes) {
      throw new LeukoscopeError(
        'PROTOBUF_TOO_LARGE',
        `A protobuf message must be smaller than 2 GiB. Received ${this.#flushedLength} bytes. Store the weights apart from the graph, or at half precision.`,
      );
    }
    const all = new Uint8Array(this.#flushedLength);
    let offset = 0;
    for (const chunk of this.#chunks) {
      all.set(chunk, offset);
      offset += chunk.length;
    }
    return all;
  }

  #tag(field: number, wireType: number): void {
    this.#varint(field * 8 + wireType);
  }

  #varint(value: number | bigint): void {
    this.#reserve(10);
    const block = this.#block;
    if (typeof value === 'number' && value >= 0) {
      let rest = value;
      while (rest > 127) {
        block[this.#blockEnd++] = (rest % 128) + 128;
        rest = Math.floor(rest / 128);
      }
      block[this.#blockEnd++] = rest;
      return;
    }
    let rest = BigInt.asUintN(64, BigInt(value)); // two's complement
    while (rest > 127n) {
      block[this.#blockEnd++] = Number(rest & 127n) + 128;
      rest >>= 7n;
    }
    block[this.#blockEnd++] = Number(rest);
  }

  #reserve(count: number): void {
    if (this.#blockEnd + count <= this.#block.length) return;
    this.#flush();
    this.#block = new Uint8Array(blockBytes);
    this.#blockStart = 0;
    this.#blockEnd = 0;
  }

  #length(): number {
    return this.#flushedLength + this.#blockEnd - this.#blockStart;
  }

  #encodedVarint(value: number): Uint8Array {
    this.#flush();
    this.#varint(value);
    const encoded = this.#block.subarray(this.#blockStart, this.#blockEnd);
    this.#blockStart = this.#blockEnd;
    return encoded;
  }

  #flush(): void {
    if (this.#blockEnd === this.#blockStart) return;
    this.#push(this.#block.subarray(this.#blockStart, this.#blockEnd));
    this.#blockStart = this.#blockEnd;
  }

  #push(chunk: Uint8Array): void {
    this.#chunks.push(chunk);
    this.#flushedLength += chunk.length;
  }
}
