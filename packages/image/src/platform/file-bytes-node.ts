/**
 * @file Reads numbers out of a file on disk in small pieces, for headers that lie anywhere in it.
 *
 * Synchronous on purpose: a header is some hundred tiny reads, and the readers are shared with the
 * ones over memory.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { type ByteReader, createByteReader } from '../decode/byte-reader.ts';

const windowBytes = 65_536;

/** Open a file, hand a reader factory to `use`, and close the file again. */
export function withFileBytes<T>(
  file: string,
  use: (open: (littleEndian: boolean) => ByteReader) => T,
): T {
  const handle = openSync(file, 'r');
  try {
    return use((littleEndian) => createFileReader(handle, littleEndian));
  } finally {
    closeSync(handle);
  }
}

function createFileReader(handle: number, littleEndian: boolean): ByteReader {
  const length = fstatSync(handle).size;
  const window = new Uint8Array(windowBytes);
  let windowStart = 0;
  let reader = createByteReader(window.subarray(0, 0), littleEndian);
  /** Move the window so that it covers the bytes wanted; at the end of the file it is shorter. */
  const covering = (offset: number, count: number): ByteReader => {
    if (offset < windowStart || offset + count > windowStart + reader.length) {
      windowStart = Math.max(0, Math.min(offset, length));
      const bytesRead = readSync(handle, window, 0, windowBytes, windowStart);
      reader = createByteReader(window.subarray(0, bytesRead), littleEndian);
    }
    return reader;
  };
  return {
    length,
    u8: (offset) => covering(offset, 1).u8(offset - windowStart),
    u16: (offset) => covering(offset, 2).u16(offset - windowStart),
    i16: (offset) => covering(offset, 2).i16(offset - windowStart),
    u32: (offset) => covering(offset, 4).u32(offset - windowStart),
    i32: (offset) => covering(offset, 4).i32(offset - windowStart),
    u64: (offset) => covering(offset, 8).u64(offset - windowStart),
    ascii: (offset, count) => covering(offset, count).ascii(offset - windowStart, count),
  };
}
