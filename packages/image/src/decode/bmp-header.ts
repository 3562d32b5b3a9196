/**
 * @file Reads and checks the headers of a BMP file: file header, info header, masks, palette.
 *
 * Info headers of 12 (OS/2), 40, 52, 56, 64, 108 and 124 bytes. Reference: Microsoft,
 * "Bitmap Header Types" and BITMAPV5HEADER. Every size is checked against the file's length here, so
 * the decoder may allocate what the header asks for.
 */
import { LeukoscopeError, type Size } from '@leukoscope/core';
import { type ByteReader, createByteReader } from './byte-reader.ts';
import { damaged } from './damaged.ts';

/** How the pixels are packed. */
export type BmpCompression = 'none' | 'rle8' | 'rle4' | 'bitfields';

/** A checked BMP header. */
export interface BmpHeader extends Size {
  /** Rows run from the top (negative stored height) instead of from the bottom. */
  readonly isTopDown: boolean;
  readonly bitsPerPixel: 1 | 4 | 8 | 16 | 24 | 32;
  readonly compression: BmpCompression;
  /** Bit masks of red, green, blue, alpha for 16 and 32 bits a pixel. */
  readonly masks: readonly [number, number, number, number];
  /** RGB triplets of palette colours, 3 bytes each. */
  readonly palette: Uint8Array;
  readonly pixelOffset: number;
  /** Bytes of one stored row, padded to 4. */
  readonly rowBytes: number;
}

const compressions: Readonly<Record<number, BmpCompression>> = {
  0: 'none',
  1: 'rle8',
  2: 'rle4',
  3: 'bitfields',
  6: 'bitfields',
};

/** Read and check the headers of a BMP file; `bytes` may be its beginning when the file's length is given. */
export function readBmpHeader(bytes: Uint8Array, fileBytes = bytes.length): BmpHeader {
  const reader = createByteReader(bytes, true);
  const pixelOffset = reader.u32(10);
  const infoBytes = reader.u32(14);
  if (![12, 40, 52, 56, 64, 108, 124].includes(infoBytes)) {
    throw damaged('size of the BMP header', '12, 40, 52, 56, 64, 108 or 124', infoBytes);
  }
  const isCore = infoBytes === 12;
  const width = isCore ? reader.u16(18) : reader.i32(18);
  const storedHeight = isCore ? reader.u16(20) : reader.i32(22);
  const height = Math.abs(storedHeight);
  if (width < 1 || height < 1) {
    throw damaged('BMP size', 'at least 1 x 1', `${width} x ${storedHeight}`);
  }
  const bitsPerPixel = parseBits(reader.u16(isCore ? 24 : 28));
  const compression = parseCompression(isCore ? 0 : reader.u32(30), bitsPerPixel);
  if (storedHeight < 0 && compression.startsWith('rle')) {
    throw damaged('packed BMP', 'stored bottom-up', 'a top-down header');
  }
  const rowBytes = Math.ceil((width * bitsPerPixel) / 32) * 4;
  checkLength(fileBytes, { pixelOffset, rowBytes, width, height, compression });
  return {
    width,
    height,
    isTopDown: storedHeight < 0,
    bitsPerPixel,
    compression,
    masks: readMasks(reader, infoBytes, bitsPerPixel, compression),
    palette: bitsPerPixel <= 8 ? readPalette(reader, infoBytes, bitsPerPixel, pixelOffset) : none,
    pixelOffset,
    rowBytes,
  };
}

const none = new Uint8Array(0);

function parseBits(bits: number): BmpHeader['bitsPerPixel'] {
  const known = ([1, 4, 8, 16, 24, 32] as const).find((candidate) => candidate === bits);
  if (known === undefined) throw damaged('bits per pixel of a BMP', '1, 4, 8, 16, 24 or 32', bits);
  return known;
}

function parseCompression(code: number, bits: number): BmpCompression {
  if (code === 4 || code === 5) {
    throw new LeukoscopeError(
      'IMAGE_UNSUPPORTED',
      'BMP must hold pixels itself. Received one that wraps a JPEG or PNG stream. Convert it to PNG and try again.',
    );
  }
  const compression = compressions[code];
  if (compression === undefined) throw damaged('BMP compression', '0, 1, 2, 3 or 6', code);
  const fits = {
    none: true,
    rle8: bits === 8,
    rle4: bits === 4,
    bitfields: bits === 16 || bits === 32,
  }[compression];
  if (!fits)
    throw damaged(`bits per pixel of a ${compression} BMP`, 'the ones defined for it', bits);
  return compression;
}

function checkLength(
  fileBytes: number,
  header: Pick<BmpHeader, 'pixelOffset' | 'rowBytes' | 'width' | 'height' | 'compression'>,
): void {
  const available = fileBytes - header.pixelOffset;
  // RLE: two bytes make at most 255 pixels. A file that claims more skips pixels it never writes,
  // which no camera does and which would make 54 bytes ask for gigabytes.
  const needed = header.compression.startsWith('rle')
    ? Math.ceil((header.width * header.height) / 255) * 2
    : header.rowBytes * header.height;
  if (available >= needed) return;
  throw new LeukoscopeError(
    'IMAGE_TRUNCATED',
    `BMP of ${header.width} x ${header.height} must hold ${needed} bytes of pixels. Received ${Math.max(0, available)}. Copy the file again.`,
  );
}

function readMasks(
  reader: ByteReader,
  infoBytes: number,
  bits: number,
  compression: BmpCompression,
): BmpHeader['masks'] {
  if (compression !== 'bitfields') {
    return bits === 16 ? [0x7c00, 0x3e0, 0x1f, 0] : [0xff0000, 0xff00, 0xff, 0];
  }
  // In a 40-byte header the masks follow it; in longer ones they are part of it: the same place.
  const hasAlpha = infoBytes >= 56 && infoBytes !== 64;
  const masks = [54, 58, 62].map((offset) => reader.u32(offset));
  const alpha = hasAlpha ? reader.u32(66) : 0;
  for (const mask of masks) {
    if (!isRun(mask)) throw damaged('BMP colour mask', 'one run of bits', mask);
  }
  return [masks[0]!, masks[1]!, masks[2]!, isRun(alpha) ? alpha : 0];
}

/** True for 0b0011100: set bits without a gap. */
function isRun(mask: number): boolean {
  if (mask === 0) return false;
  const ones = mask >>> (31 - Math.clz32(mask & -mask));
  return (ones & (ones + 1)) === 0;
}

function readPalette(
  reader: ByteReader,
  infoBytes: number,
  bits: number,
  pixelOffset: number,
): Uint8Array {
  const isCore = infoBytes === 12;
  const entryBytes = isCore ? 3 : 4;
  const stated = isCore ? 0 : reader.u32(46);
  const start = 14 + infoBytes;
  const full = 1 << bits;
  // OS/2 files leave the count out; a file may also hold fewer colours than 2^bits.
  const room = Math.max(0, Math.floor((pixelOffset - start) / entryBytes));
  const count = Math.min(stated === 0 ? full : stated, full, room);
  if (count === 0) throw damaged('BMP palette', 'at least one colour', 0);
  const palette = new Uint8Array(count * 3);
  for (let i = 0; i < count; i++) {
    const at = start + i * entryBytes;
    palette[i * 3] = reader.u8(at + 2);
    palette[i * 3 + 1] = reader.u8(at + 1);
    palette[i * 3 + 2] = reader.u8(at);
  }
  return palette;
}
