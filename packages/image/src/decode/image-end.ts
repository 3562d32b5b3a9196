/**
 * @file Where an image file ends by its own structure. What lies behind is no part of the picture, whatever
 * a viewer shows: a second file, or the tail of a cheat.
 *
 * Found from the structure alone (markers, chunks, directories, packed rows); the pixels are not decoded.
 */
import { readBmpHeader } from './bmp-header.ts';
import { createByteReader } from './byte-reader.ts';
import { damaged } from './damaged.ts';
import { detectImageFormat, type ImageFormat } from './image-format.ts';
import { tiffEnd } from './tiff-end.ts';

/** Return the byte behind the image; a file that was cut short ends before it. */
export function imageEnd(bytes: Uint8Array): number {
  return ends[detectImageFormat(bytes)](bytes);
}

const ends: Record<ImageFormat, (bytes: Uint8Array) => number> = {
  jpeg: jpegEnd,
  png: pngEnd,
  webp: (bytes) => {
    // RIFF: 8 bytes before what is counted; chunks are padded to even lengths.
    const size = createByteReader(bytes, true).u32(4);
    return 8 + size + (size % 2);
  },
  tiff: tiffEnd,
  bmp: bmpEnd,
};

/** To the end marker, through the scans: in them 0xFF is followed by 0 or a restart marker (ITU-T T.81, B.1.1). */
function jpegEnd(bytes: Uint8Array): number {
  const reader = createByteReader(bytes, false);
  let offset = 2;
  for (;;) {
    // Cut short: what is missing is for the decoder to say.
    if (offset + 2 > bytes.length) return bytes.length;
    if (bytes[offset] !== 0xff) throw damaged('JPEG marker', '0xFF', bytes[offset]!);
    const marker = bytes[offset + 1]!;
    if (marker === 0xd9) return offset + 2;
    if (marker === 0xff) {
      offset += 1; // fill byte
    } else if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) {
      offset += 2; // markers without a segment
    } else {
      if (offset + 4 > bytes.length) return bytes.length;
      offset += 2 + reader.u16(offset + 2);
      if (marker === 0xda) offset = scanEnd(bytes, offset);
    }
  }
}

function scanEnd(bytes: Uint8Array, start: number): number {
  let offset = start;
  for (;;) {
    offset = bytes.indexOf(0xff, offset);
    if (offset === -1) return bytes.length;
    const next = bytes[offset + 1];
    if (next !== 0 && !(next !== undefined && next >= 0xd0 && next <= 0xd7)) return offset;
    offset += 2;
  }
}

function pngEnd(bytes: Uint8Array): number {
  const reader = createByteReader(bytes, false);
  let offset = 8;
  while (offset + 12 <= bytes.length) {
    const isEnd = reader.ascii(offset + 4, 4) === 'IEND';
    offset += 12 + reader.u32(offset); // length, kind, data, checksum
    if (isEnd) return offset;
  }
  return bytes.length;
}

/** Behind the pixels, or behind a colour profile that follows them. The header's own length is wrong in many files. */
function bmpEnd(bytes: Uint8Array): number {
  const reader = createByteReader(bytes, true);
  const { pixelOffset, rowBytes, height, compression } = readBmpHeader(bytes);
  const isPacked = compression === 'rle8' || compression === 'rle4';
  const pixelsEnd = isPacked
    ? packedEnd(bytes, pixelOffset, compression === 'rle4' ? 2 : 1)
    : pixelOffset + rowBytes * height;
  // BITMAPV5HEADER: kind of colour space at 56, place and size of the profile at 112 and 116.
  const hasProfile = reader.u32(14) === 124 && reader.u32(14 + 56) === 0x4d424544; // 'MBED'
  const profileEnd = hasProfile ? 14 + reader.u32(14 + 112) + reader.u32(14 + 116) : 0;
  return Math.max(pixelsEnd, profileEnd);
}

/** Runs are two bytes; 0 and a number: 1 ends the picture, 2 jumps, 3 and more are that many pixels as they are. */
function packedEnd(bytes: Uint8Array, start: number, pixelsPerByte: number): number {
  let offset = start;
  while (offset + 2 <= bytes.length) {
    const isRun = bytes[offset] !== 0;
    const code = bytes[offset + 1]!;
    offset += 2;
    if (isRun || code === 0) continue;
    if (code === 1) return offset;
    // Padded to an even number of bytes.
    offset += code === 2 ? 2 : Math.ceil(code / pixelsPerByte / 2) * 2;
  }
  return bytes.length;
}
