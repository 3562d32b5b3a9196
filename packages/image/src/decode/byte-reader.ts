/**
 * @file Reads numbers out of bytes that may end too early: every read is checked, so that a cut file
 * gives "truncated" and never a wrong number.
 */
import { LeukoscopeError } from '@leukoscope/core';

/** Checked access to bytes in one byte order. */
export interface ByteReader {
  readonly length: number;
  u8(offset: number): number;
  u16(offset: number): number;
  i16(offset: number): number;
  u32(offset: number): number;
  i32(offset: number): number;
  /** Reads 64 bits; refuses values that a double cannot hold. */
  u64(offset: number): number;
  ascii(offset: number, length: number): string;
}

/** Make a reader over bytes. */
export function createByteReader(bytes: Uint8Array, littleEndian: boolean): ByteReader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const need = (offset: number, count: number) => {
    if (offset >= 0 && offset + count <= bytes.length) return;
    throw new LeukoscopeError(
      'IMAGE_TRUNCATED',
      `image must hold the bytes its header names (byte ${offset + count} is read). Received ${bytes.length} bytes. Copy the file again.`,
    );
  };
  const read =
    <T>(count: number, get: (offset: number) => T) =>
    (offset: number): T => {
      need(offset, count);
      return get(offset);
    };
  return {
    length: bytes.length,
    u8: read(1, (offset) => view.getUint8(offset)),
    u16: read(2, (offset) => view.getUint16(offset, littleEndian)),
    i16: read(2, (offset) => view.getInt16(offset, littleEndian)),
    u32: read(4, (offset) => view.getUint32(offset, littleEndian)),
    i32: read(4, (offset) => view.getInt32(offset, littleEndian)),
    u64: read(8, (offset) => {
      const value = view.getBigUint64(offset, littleEndian);
      if (value <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(value);
      throw new LeukoscopeError(
        'IMAGE_DAMAGED',
        `offset in the image must be below 2^53. Received ${value}. The file is damaged; copy it again.`,
      );
    }),
    ascii: (offset, length) => {
      need(offset, length);
      return String.fromCharCode(...bytes.subarray(offset, offset + length));
    },
  };
}
