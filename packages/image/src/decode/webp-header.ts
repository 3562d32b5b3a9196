/** @file Reads size, alpha and EXIF orientation from a WebP file (RFC 9649). */
import { createByteReader } from './byte-reader.ts';
import { damaged } from './damaged.ts';
import { readExifOrientation } from './exif-orientation.ts';
import type { Orientation, StoredHeader } from './image-page.ts';

/** Walk the RIFF chunks; the first picture chunk gives the size, VP8X and EXIF the rest. */
export function readWebpHeader(bytes: Uint8Array): StoredHeader {
  const reader = createByteReader(bytes, true);
  const kind = reader.ascii(12, 4);
  const read = pictureReaders[kind];
  if (read === undefined) {
    throw damaged('first WebP chunk', '"VP8 ", "VP8L" or "VP8X"', JSON.stringify(kind));
  }
  const { width, height, hasAlpha } = read(reader);
  if (width === 0 || height === 0) {
    throw damaged('WebP size', 'at least 1 x 1', `${width} x ${height}`);
  }
  return {
    orientation: kind === 'VP8X' ? findOrientation(bytes) : 1,
    pages: [{ width, height, channels: hasAlpha ? 4 : 3, bitsPerChannel: 8, isTiled: false }],
  };
}

type Reader = ReturnType<typeof createByteReader>;
type Picture = { width: number; height: number; hasAlpha: boolean };

const pictureReaders: Readonly<Record<string, (reader: Reader) => Picture>> = {
  // Lossy: 3 bytes frame tag, start code 9d 01 2a, then 14 bits of width and of height.
  'VP8 ': (reader) => {
    if (reader.u8(23) !== 0x9d || reader.u8(24) !== 0x01 || reader.u8(25) !== 0x2a) {
      throw damaged('WebP frame', 'led by 9d 01 2a', `${reader.u8(23)} ${reader.u8(24)}`);
    }
    return {
      width: reader.u16(26) & 0x3fff,
      height: reader.u16(28) & 0x3fff,
      hasAlpha: false,
    };
  },
  // Lossless: signature 2f, then 14 bits width - 1, 14 bits height - 1, 1 bit alpha.
  VP8L: (reader) => {
    if (reader.u8(20) !== 0x2f) throw damaged('lossless WebP frame', 'led by 2f', reader.u8(20));
    const bits = reader.u32(21);
    return {
      width: (bits & 0x3fff) + 1,
      height: ((bits >>> 14) & 0x3fff) + 1,
      hasAlpha: ((bits >>> 28) & 1) === 1,
    };
  },
  // Extended: flags, then 24 bits canvas width - 1 and height - 1.
  VP8X: (reader) => ({
    width: (reader.u16(24) | (reader.u8(26) << 16)) + 1,
    height: (reader.u16(27) | (reader.u8(29) << 16)) + 1,
    hasAlpha: (reader.u8(20) & 0x10) !== 0,
  }),
};

function findOrientation(bytes: Uint8Array): Orientation {
  const reader = createByteReader(bytes, true);
  let offset = 12;
  while (offset + 8 <= bytes.length) {
    const length = reader.u32(offset + 4);
    if (reader.ascii(offset, 4) === 'EXIF') {
      return readExifOrientation(bytes.subarray(offset + 8, offset + 8 + length));
    }
    offset += 8 + length + (length % 2); // chunks are padded to even lengths
  }
  return 1;
}
