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
  /** Where it begins. */
  readonly offset: number;
  /** The byte behind it and behind the values of its tags. */
  readonly end: number;
  /** Return the first value of an integer tag, or undefined when the tag is absent. */
  number(tag: number): number | undefined;
  /** Return all values of an integer tag: none when it is absent. */
  numbers(tag: number): number[];
}

/** A file that proved to be a TIFF. */
export interface TiffFile {
  /** Where the first directory begins. */
  readonly first: number;
  /** Read up to `limit` directories, from the one at `offset` on along its chain. */
  chain(offset: number, limit: number): TiffDirectory[];
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
  const file = openTiff(open);
  return file.chain(file.first, limit);
}

/** Read the beginning of a TIFF: byte order, version, and where its directories are. */
export function openTiff(open: OpenBytes): TiffFile {
  const order = open(true).ascii(0, 2);
  if (order !== 'II' && order !== 'MM') {
    throw damaged('TIFF byte order', '"II" or "MM"', JSON.stringify(order));
  }
  const reader = open(order === 'II');
  const version = reader.u16(2);
  if (version !== 42 && version !== 43) throw damaged('TIFF version', '42 or 43', version);
  const isBig = version === 43;
  const chain = (start: number, limit: number) => {
    const directories: TiffDirectory[] = [];
    const seen = new Set<number>();
    let offset = start;
    while (offset !== 0 && directories.length < limit) {
      if (seen.has(offset)) throw damaged('TIFF directory chain', 'free of loops', offset);
      seen.add(offset);
      const { directory, next } = readDirectory(reader, offset, isBig);
      directories.push(directory);
      offset = next;
    }
    return directories;
  };
  return { first: isBig ? reader.u64(8) : reader.u32(4), chain };
}

function readDirectory(reader: ByteReader, offset: number, isBig: boolean) {
  const count = isBig ? reader.u64(offset) : reader.u16(offset);
  const start = offset + (isBig ? 8 : 2);
  const step = isBig ? 20 : 12;
  // No real directory has more; a damaged count would otherwise walk the whole file.
  if (count > 4096) throw damaged('number of TIFF tags', 'at most 4096', count);
  const entries = new Map<number, Entry>();
  const chainAt = start + count * step;
  let end = chainAt + (isBig ? 8 : 4);
  for (let i = 0; i < count; i++) {
    const at = start + i * step;
    const kind = reader.u16(at + 2);
    const valueCount = isBig ? reader.u64(at + 4) : reader.u32(at + 4);
    const inline = at + (isBig ? 12 : 8);
    const valueBytes = (bytesOfKind[kind] ?? 1) * valueCount;
    const fits = valueBytes <= (isBig ? 8 : 4);
    const valueOffset = fits ? inline : isBig ? reader.u64(inline) : reader.u32(inline);
    entries.set(reader.u16(at), { kind, count: valueCount, valueOffset });
    if (!fits) end = Math.max(end, valueOffset + valueBytes);
  }
  const numbers = (tag: number, most: number): number[] => {
    const entry = entries.get(tag);
    const found = Math.min(entry?.count ?? 0, most);
    return Array.from({ length: found }, (_, i) => readInteger(reader, entry!, i));
  };
  const directory: TiffDirectory = {
    offset,
    end,
    number: (tag) => numbers(tag, 1)[0],
    // A count that the file cannot hold ends at the first read beyond it.
    numbers: (tag) => numbers(tag, reader.length),
  };
  return { directory, next: isBig ? reader.u64(chainAt) : reader.u32(chainAt) };
}

function readInteger(reader: ByteReader, entry: Entry, i: number): number {
  const sizeBytes = bytesOfKind[entry.kind];
  const at = entry.valueOffset + i * (sizeBytes ?? 0);
  switch (sizeBytes) {
    case 1:
      return reader.u8(at);
    case 2:
      return reader.u16(at);
    case 4:
      return reader.u32(at);
    case 8:
      return reader.u64(at);
    default:
      throw damaged('kind of a TIFF tag', 'between 1 and 18', entry.kind);
  }
}
