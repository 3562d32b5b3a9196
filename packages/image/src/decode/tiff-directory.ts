/**
 * @file Reads the directories (pages) of a TIFF or BigTIFF file: tags and their first values.
 *
 * TIFF 6.0, and the BigTIFF layout of libtiff. Chains that loop or never end are refused.
 */
import type { ByteReader } from './byte-reader.ts';
import { damaged } from './damaged.ts';

/** The tags that are used here. */
export const tiffTags = {
  subfileType: 254,
  width: 256,
  height: 257,
  bitsPerSample: 258,
  compression: 259,
  orientation: 274,
  samplesPerPixel: 277,
  tileWidth: 322,
  sampleFormat: 339,
} as const;

/** One directory of tags. */
export interface TiffDirectory {
  /** Return the first value of an integer tag, or undefined when the tag is absent. */
  number(tag: number): number | undefined;
}

interface Entry {
  readonly kind: number;
  readonly count: number;
  /** Where the values lie: inside the entry when they fit. */
  readonly valueOffset: number;
}

// Bytes of one value by TIFF field kind: BYTE ASCII SHORT LONG RATIONAL SBYTE UNDEFINED SSHORT SLONG
// SRATIONAL FLOAT DOUBLE IFD; BigTIFF adds LONG8 SLONG8 IFD8.
const bytesOfKind: Readonly<Record<number, number>> = {
  1: 1,
  2: 1,
  3: 2,
  4: 4,
  5: 8,
  6: 1,
  7: 1,
  8: 2,
  9: 4,
  10: 8,
  11: 4,
  12: 8,
  13: 4,
  16: 8,
  17: 8,
  18: 8,
};

/** Opens the bytes of a file in one byte order: memory, or a file on disk that is read in pieces. */
export type OpenBytes = (littleEndian: boolean) => ByteReader;

/** Read up to `limit` directories of the main chain. */
export function readTiffDirectories(open: OpenBytes, limit: number): TiffDirectory[] {
  const order = open(true).ascii(0, 2);
  if (order !== 'II' && order !== 'MM') {
    throw damaged('TIFF byte order', '"II" or "MM"', JSON.stringify(order));
  }
  const reader = open(order === 'II');
  const version = reader.u16(2);
  if (version !== 42 && version !== 43) throw damaged('TIFF version', '42 or 43', version);
  const isBig = version === 43;
  const directories: TiffDirectory[] = [];
  const seen = new Set<number>();
  let offset = isBig ? reader.u64(8) : reader.u32(4);
  while (offset !== 0 && directories.length < limit) {
    if (seen.has(offset)) throw damaged('TIFF directory chain', 'free of loops', offset);
    seen.add(offset);
    const { directory, next } = readDirectory(reader, offset, isBig);
    directories.push(directory);
    offset = next;
  }
  return directories;
}

function readDirectory(reader: ByteReader, offset: number, isBig: boolean) {
  const count = isBig ? reader.u64(offset) : reader.u16(offset);
  const start = offset + (isBig ? 8 : 2);
  const step = isBig ? 20 : 12;
  // No real directory has more; a damaged count would otherwise walk the whole file.
  if (count > 4096) throw damaged('number of TIFF tags', 'at most 4096', count);
  const entries = new Map<number, Entry>();
  for (let i = 0; i < count; i++) {
    const at = start + i * step;
    const kind = reader.u16(at + 2);
    const valueCount = isBig ? reader.u64(at + 4) : reader.u32(at + 4);
    const inline = at + (isBig ? 12 : 8);
    const fits = (bytesOfKind[kind] ?? 1) * valueCount <= (isBig ? 8 : 4);
    const valueOffset = fits ? inline : isBig ? reader.u64(inline) : reader.u32(inline);
    entries.set(reader.u16(at), { kind, count: valueCount, valueOffset });
  }
  const end = start + count * step;
  const directory: TiffDirectory = {
    number: (tag) => {
      const entry = entries.get(tag);
      return entry === undefined || entry.count === 0 ? undefined : readInteger(reader, entry);
    },
  };
  return { directory, next: isBig ? reader.u64(end) : reader.u32(end) };
}

function readInteger(reader: ByteReader, entry: Entry): number {
  switch (bytesOfKind[entry.kind]) {
    case 1:
      return reader.u8(entry.valueOffset);
    case 2:
      return reader.u16(entry.valueOffset);
    case 4:
      return reader.u32(entry.valueOffset);
    case 8:
      return reader.u64(entry.valueOffset);
    default:
      throw damaged('kind of a TIFF tag', 'between 1 and 18', entry.kind);
  }
}
