/**
 * @file Decodes BMP files: 1, 4, 8, 16, 24, 32 bits, plain, BITFIELDS, RLE8 and RLE4, both directions.
 *
 * Strict: an index outside the palette, a run past the end of a row or missing bytes throw. A grey
 * palette gives one channel, a file with an alpha mask four, everything else RGB.
 */
import { LeukoscopeError, type Raster } from '@leukoscope/core';
import { type BmpHeader, readBmpHeader } from './bmp-header.ts';
import { damaged } from './damaged.ts';

/** Decode a BMP file. */
export function decodeBmp(bytes: Uint8Array): Raster {
  return decodePixels(bytes, readBmpHeader(bytes));
}

/** Where in the file some rows of the picture are stored; undefined for packed files, which have no such place. */
export function placeOfRows(
  header: BmpHeader,
  y1: number,
  y2: number,
): { readonly position: number; readonly length: number } | undefined {
  if (header.compression.startsWith('rle')) return undefined;
  const position = header.isTopDown ? rowStart(header, y1) : rowStart(header, y2 - 1);
  return { position, length: (y2 - y1) * header.rowBytes };
}

/** Decode rows from the bytes of their place in the file. */
export function decodeBmpRows(bytes: Uint8Array, header: BmpHeader): Raster {
  const height = bytes.length / header.rowBytes;
  return decodePixels(bytes, { ...header, height, pixelOffset: 0 });
}

function decodePixels(bytes: Uint8Array, header: BmpHeader): Raster {
  if (header.bitsPerPixel <= 8) {
    const indices = header.compression.startsWith('rle')
      ? unpackRuns(bytes, header)
      : unpackIndices(bytes, header);
    return applyPalette(indices, header);
  }
  return header.bitsPerPixel === 24 ? decodeTriplets(bytes, header) : decodeWords(bytes, header);
}

/** Byte where the stored row of picture row `y` begins. */
function rowStart(header: BmpHeader, y: number): number {
  const stored = header.isTopDown ? y : header.height - 1 - y;
  return header.pixelOffset + stored * header.rowBytes;
}

function decodeTriplets(bytes: Uint8Array, header: BmpHeader): Raster {
  const { width, height } = header;
  const data = new Uint8Array(width * height * 3);
  for (let y = 0, out = 0; y < height; y++) {
    let at = rowStart(header, y);
    for (let x = 0; x < width; x++, at += 3, out += 3) {
      data[out] = bytes[at + 2]!; // stored blue, green, red
      data[out + 1] = bytes[at + 1]!;
      data[out + 2] = bytes[at]!;
    }
  }
  return { width, height, channels: 3, bitDepth: 8, data };
}

function decodeWords(bytes: Uint8Array, header: BmpHeader): Raster {
  const { width, height, bitsPerPixel } = header;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const hasAlpha = header.masks[3] !== 0;
  const channels = hasAlpha ? 4 : 3;
  const fields = header.masks.slice(0, channels).map(toField);
  const data = new Uint8Array(width * height * channels);
  const step = bitsPerPixel / 8;
  for (let y = 0, out = 0; y < height; y++) {
    let at = rowStart(header, y);
    for (let x = 0; x < width; x++, at += step) {
      const word = step === 2 ? view.getUint16(at, true) : view.getUint32(at, true);
      for (const { mask, shift, scale } of fields) {
        data[out++] = Math.round(((word & mask) >>> shift) * scale);
      }
    }
  }
  return { width, height, channels, bitDepth: 8, data };
}

/** Maps the bits under a mask to 0..255: value * 255 / (2^bits - 1). */
function toField(mask: number) {
  const shift = 31 - Math.clz32(mask & -mask);
  const highest = mask >>> shift;
  return { mask, shift, scale: 255 / highest };
}

function unpackIndices(bytes: Uint8Array, header: BmpHeader): Uint8Array {
  const { width, height, bitsPerPixel } = header;
  const indices = new Uint8Array(width * height);
  const perByte = 8 / bitsPerPixel;
  const mask = (1 << bitsPerPixel) - 1;
  for (let y = 0, out = 0; y < height; y++) {
    const start = rowStart(header, y);
    for (let x = 0; x < width; x++, out++) {
      const byte = bytes[start + Math.floor(x / perByte)]!;
      // The leftmost pixel sits in the highest bits.
      indices[out] = (byte >>> (8 - bitsPerPixel * ((x % perByte) + 1))) & mask;
    }
  }
  return indices;
}

/** Undo RLE8 or RLE4: pairs (count, value), or 0 followed by end of row, end, move, or raw pixels. */
function unpackRuns(bytes: Uint8Array, header: BmpHeader): Uint8Array {
  const { width, height } = header;
  const isRle4 = header.compression === 'rle4';
  const indices = new Uint8Array(width * height);
  let at = header.pixelOffset;
  let x = 0;
  let row = 0; // from the bottom
  const next = () => {
    if (at < bytes.length) return bytes[at++]!;
    throw new LeukoscopeError(
      'IMAGE_TRUNCATED',
      `packed BMP must end with an end mark. Received ${bytes.length} bytes without one. Copy the file again.`,
    );
  };
  const put = (count: number, valueAt: (i: number) => number) => {
    if (x + count > width || row >= height) {
      throw damaged(
        'run in a packed BMP',
        `inside ${width} x ${height}`,
        `${count} at ${x}, ${row}`,
      );
    }
    const start = (height - 1 - row) * width + x;
    for (let i = 0; i < count; i++) indices[start + i] = valueAt(i);
    x += count;
  };
  for (;;) {
    const count = next();
    const value = next();
    if (count > 0) {
      put(count, isRle4 ? (i) => (i % 2 === 0 ? value >>> 4 : value & 15) : () => value);
    } else if (value === 0) {
      x = 0;
      row += 1;
    } else if (value === 1) {
      return indices;
    } else if (value === 2) {
      x += next();
      row += next();
    } else {
      const raw = Array.from({ length: isRle4 ? Math.ceil(value / 2) : value }, next);
      if (raw.length % 2 === 1) next(); // padded to 16 bits
      put(value, isRle4 ? (i) => (raw[i >> 1]! >>> (i % 2 === 0 ? 4 : 0)) & 15 : (i) => raw[i]!);
    }
  }
}

function applyPalette(indices: Uint8Array, header: BmpHeader): Raster {
  const { width, height, palette } = header;
  const colours = palette.length / 3;
  for (const index of indices) {
    if (index >= colours) throw damaged('BMP palette index', `below ${colours}`, index);
  }
  const size = { width, height, bitDepth: 8 } as const;
  if (isGrey(palette)) {
    return { ...size, channels: 1, data: indices.map((index) => palette[index * 3]!) };
  }
  const data = new Uint8Array(indices.length * 3);
  for (let i = 0; i < indices.length; i++) {
    data.set(palette.subarray(indices[i]! * 3, indices[i]! * 3 + 3), i * 3);
  }
  return { ...size, channels: 3, data };
}

function isGrey(palette: Uint8Array): boolean {
  for (let i = 0; i < palette.length; i += 3) {
    if (palette[i] !== palette[i + 1] || palette[i] !== palette[i + 2]) return false;
  }
  return true;
}
