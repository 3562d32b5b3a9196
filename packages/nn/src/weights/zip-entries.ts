/**
 * @file Finds the entries of a zip archive by its central directory.
 *
 * Stored entries are views into the archive; compressed ones (PyTorch writes none, but an archive may
 * have been packed again) are inflated when asked for, never beyond the size that the archive states.
 * Archives beyond 4 GiB (zip64) are understood; encrypted and split ones are refused.
 * Format: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 */
import { LeukoscopeError, messageOf } from '@leukoscope/core';
import { inflateSync } from 'fflate';
import { ByteCursor } from './byte-cursor.ts';
import type { ExtraMemory } from './extra-memory.ts';

const endMark = 0x06054b50; // "PK\5\6", the end of the central directory
const endBytes = 22;
const longestComment = 0xffff;
const zip64LocatorMark = 0x07064b50;
const zip64EndMark = 0x06064b50;
const directoryMark = 0x02014b50;
const localMark = 0x04034b50;
const stored = 0;
const deflated = 8;
/** The deflate format cannot do better: 258 bytes for 2 bits. */
const mostInflation = 1032;

/** One file of an archive. */
export interface ZipEntry {
  readonly name: string;
  readonly method: number;
  readonly flags: number;
  readonly compressedSize: number;
  readonly size: number;
  readonly localOffset: number;
}

/** List the entries of an archive by name. */
export function listZipEntries(bytes: Uint8Array): Map<string, ZipEntry> {
  const { count, offset } = findDirectory(bytes);
  const cursor = new ByteCursor(bytes, offset, cutOff);
  const entries = new Map<string, ZipEntry>();
  for (let i = 0; i < count; i++) {
    const entry = readDirectoryEntry(cursor);
    if (entries.has(entry.name)) throw invalid('names must differ', `"${entry.name}" twice`);
    entries.set(entry.name, entry);
  }
  return entries;
}

/** Give the bytes of one entry. */
export function readZipEntry(bytes: Uint8Array, entry: ZipEntry, memory: ExtraMemory): Uint8Array {
  const { name, method, compressedSize, size } = entry;
  if ((entry.flags & 1) !== 0) throw invalid(`"${name}" must not be encrypted`, 'encryption');
  const cursor = new ByteCursor(bytes, entry.localOffset, cutOff);
  if (cursor.uint32() !== localMark) {
    throw invalid(`"${name}" must begin with its mark`, `other bytes at ${entry.localOffset}`);
  }
  cursor.bytes(22);
  const nameLength = cursor.uint16();
  cursor.bytes(nameLength + cursor.uint16());
  const content = cursor.bytes(compressedSize);
  if (method === stored) {
    if (compressedSize === size) return content;
    throw invalid(`"${name}" must take as many bytes as it holds`, `${compressedSize} for ${size}`);
  }
  if (method !== deflated) throw invalid('entries must be stored or deflated', `method ${method}`);
  if (size > mostInflation * compressedSize) {
    throw invalid(
      `"${name}" must inflate at most ${mostInflation} times`,
      `${compressedSize} to ${size} bytes`,
    );
  }
  memory.take(size, `"${name}"`);
  return inflate(name, content, size);
}

function inflate(name: string, content: Uint8Array, size: number): Uint8Array {
  let inflated: Uint8Array;
  try {
    // One byte more than stated: an entry that holds more shows itself instead of being cut off.
    inflated = inflateSync(content, { out: new Uint8Array(size + 1) });
  } catch (cause) {
    throw invalid(`"${name}" must be compressed properly`, messageOf(cause), cause);
  }
  if (inflated.length === size) return inflated;
  throw invalid(`"${name}" must hold ${size} bytes`, `${inflated.length}`);
}

function findDirectory(bytes: Uint8Array): { count: number; offset: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const last = bytes.length - endBytes;
  for (let at = last; at >= Math.max(0, last - longestComment); at--) {
    if (view.getUint32(at, true) !== endMark) continue;
    if (view.getUint16(at + 20, true) !== last - at) continue; // the mark stood in a comment
    const count = view.getUint16(at + 10, true);
    const offset = view.getUint32(at + 16, true);
    const isZip64 = count === 0xffff || offset === 0xffffffff;
    return isZip64 ? (findZip64Directory(bytes, at) ?? { count, offset }) : { count, offset };
  }
  throw invalid('its directory must be at its end', `${bytes.length} bytes without one`);
}

function findZip64Directory(bytes: Uint8Array, end: number) {
  const locatorAt = end - 20;
  if (locatorAt < 0) return undefined;
  const locator = new ByteCursor(bytes, locatorAt, cutOff);
  if (locator.uint32() !== zip64LocatorMark) return undefined;
  locator.bytes(4);
  const cursor = new ByteCursor(bytes, checkOffset(bytes, locator.size64()), cutOff);
  if (cursor.uint32() !== zip64EndMark) throw invalid('its zip64 directory must be found', 'none');
  cursor.bytes(28);
  const count = cursor.size64();
  cursor.bytes(8);
  return { count, offset: cursor.size64() };
}

function readDirectoryEntry(cursor: ByteCursor): ZipEntry {
  const at = cursor.offset;
  if (cursor.uint32() !== directoryMark)
    throw invalid('a directory entry must begin here', `${at}`);
  cursor.bytes(4);
  const flags = cursor.uint16();
  const method = cursor.uint16();
  cursor.bytes(8);
  let compressedSize = cursor.uint32();
  let size = cursor.uint32();
  const nameLength = cursor.uint16();
  const extraLength = cursor.uint16();
  const commentLength = cursor.uint16();
  cursor.bytes(8);
  let localOffset = cursor.uint32();
  const name = new TextDecoder().decode(cursor.bytes(nameLength));
  const extra = new ByteCursor(cursor.bytes(extraLength), 0, cutOff);
  cursor.bytes(commentLength);
  while (extra.left >= 4) {
    const kind = extra.uint16();
    const field = new ByteCursor(extra.bytes(extra.uint16()), 0, cutOff);
    if (kind !== 1) continue; // 1: sizes beyond 4 GiB, present where the usual place is full
    if (size === 0xffffffff) size = field.size64();
    if (compressedSize === 0xffffffff) compressedSize = field.size64();
    if (localOffset === 0xffffffff) localOffset = field.size64();
  }
  return { name, method, flags, compressedSize, size, localOffset };
}

function checkOffset(bytes: Uint8Array, offset: number): number {
  if (offset < bytes.length) return offset;
  throw invalid(`a place must lie within its ${bytes.length} bytes`, `${offset}`);
}

function cutOff(wanted: number, offset: number): LeukoscopeError {
  return invalid(`${wanted} more bytes are needed at byte ${offset}`, 'the end of it');
}

function invalid(rule: string, received: string, cause?: unknown): LeukoscopeError {
  return new LeukoscopeError(
    'ZIP_INVALID',
    `A zip archive is not valid: ${rule}. Received ${received}. The file is damaged or truncated; fetch it again.`,
    { cause },
  );
}
