/**
 * @file The upright size of an image from the first bytes of its file; pixels are not decoded.
 *
 * JPEG, PNG, BMP, TIFF, BigTIFF and WebP. EXIF orientations 5 to 8 lie on their side: width and height
 * are swapped, as in what `decodeImage` gives. Formats: ITU T.81, RFC 2083, TIFF 6.0, RFC 9649.
 */
import { LeukoscopeError, type Size } from '@leukoscope/core';
import type { ByteRange, ReadRange } from '../folder.ts';
import { exifOrientation, readTiffSize } from './tiff-header.ts';

const firstLook: ByteRange = { offset: 0, length: 4096 };
// Markers that carry no length: TEM and RST0-7.
const isBareMarker = (marker: number) => marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7);
// SOF0-15 without DHT (C4), JPG (C8) and DAC (CC).
const isFrameHeader = (marker: number) =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;

/** Read an image's upright size. */
export async function readImageSize(read: ReadRange, file: string): Promise<Size> {
  const head = await read(firstLook);
  const view = viewOf(head);
  const size = await sizeOf(head, view, read);
  if (size === undefined || !(size.width > 0 && size.height > 0)) {
    throw new LeukoscopeError(
      'IMAGE_HEADER',
      `${file} must be a JPEG, PNG, BMP, TIFF or WebP image. Received ${describe(head)}.`,
    );
  }
  return size;
}

async function sizeOf(
  head: Uint8Array,
  view: DataView,
  read: ReadRange,
): Promise<Size | undefined> {
  if (head.length < 26) return undefined;
  if (view.getUint16(0) === 0xffd8) return readJpegSize(read);
  if (view.getUint32(0) === 0x89504e47) return readPngSize(head, view, read);
  if (view.getUint16(0) === 0x424d) return readBmpSize(view);
  if (textAt(head, 0, 4) === 'RIFF' && textAt(head, 8, 4) === 'WEBP') {
    return readWebpSize(head, view, read);
  }
  const order = textAt(head, 0, 2);
  if (order === 'II' || order === 'MM') return readTiffSize(read);
  return undefined;
}

async function readJpegSize(read: ReadRange): Promise<Size | undefined> {
  let orientation = 1;
  let offset = 2;
  // Each marker needs few bytes; 10,000 segments are more than any camera writes.
  for (let k = 0; k < 10_000; k++) {
    const bytes = await read({ offset, length: 16 });
    if (bytes.length < 4 || bytes[0] !== 0xff) return undefined;
    const marker = bytes[1]!;
    if (marker === 0xff || isBareMarker(marker)) {
      offset += marker === 0xff ? 1 : 2; // fill byte, or a marker alone
      continue;
    }
    if (marker === 0xd9 || marker === 0xda) return undefined; // end or pixels before any size
    const length = viewOf(bytes).getUint16(2);
    if (isFrameHeader(marker)) {
      if (bytes.length < 9) return undefined;
      const size = { height: viewOf(bytes).getUint16(5), width: viewOf(bytes).getUint16(7) };
      return upright(size, orientation);
    }
    if (marker === 0xe1 && textAt(bytes, 4, 4) === 'Exif') {
      orientation = exifOrientation(await read({ offset: offset + 10, length: length - 8 }));
    }
    offset += 2 + length;
  }
  return undefined;
}

async function readPngSize(
  head: Uint8Array,
  view: DataView,
  read: ReadRange,
): Promise<Size | undefined> {
  if (textAt(head, 12, 4) !== 'IHDR') return undefined;
  const size = { width: view.getUint32(16), height: view.getUint32(20) };
  // eXIf may stand before or after the pixels: step from chunk to chunk.
  for (let offset = 33, k = 0; k < 100_000; k++) {
    const bytes = await read({ offset, length: 8 });
    if (bytes.length < 8) return size;
    const length = viewOf(bytes).getUint32(0);
    const kind = textAt(bytes, 4, 4);
    if (kind === 'IEND') return size;
    if (kind === 'eXIf') {
      return upright(size, exifOrientation(await read({ offset: offset + 8, length })));
    }
    offset += 12 + length;
  }
  return size;
}

function readBmpSize(view: DataView): Size {
  // A core header (12 bytes) has 16-bit sizes; in others a negative height means top row first.
  if (view.getUint32(14, true) === 12) {
    return { width: view.getUint16(18, true), height: view.getUint16(20, true) };
  }
  return { width: view.getInt32(18, true), height: Math.abs(view.getInt32(22, true)) };
}

async function readWebpSize(
  head: Uint8Array,
  view: DataView,
  read: ReadRange,
): Promise<Size | undefined> {
  const kind = textAt(head, 12, 4);
  if (head.length < 30) return undefined;
  if (kind === 'VP8 ') {
    return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
  }
  if (kind === 'VP8L') {
    const bits = view.getUint32(21, true);
    return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
  }
  if (kind !== 'VP8X') return undefined;
  const size = {
    width: (view.getUint32(24, true) & 0xffffff) + 1,
    height: (view.getUint32(26, true) >>> 8) + 1,
  };
  const hasExif = (head[20]! & 0x08) !== 0;
  return hasExif ? upright(size, await webpOrientation(read)) : size;
}

async function webpOrientation(read: ReadRange): Promise<number> {
  for (let offset = 12, k = 0; k < 10_000; k++) {
    const bytes = await read({ offset, length: 8 });
    if (bytes.length < 8) return 1;
    const length = viewOf(bytes).getUint32(4, true);
    if (textAt(bytes, 0, 4) === 'EXIF') {
      const exif = await read({ offset: offset + 8, length });
      return exifOrientation(textAt(exif, 0, 4) === 'Exif' ? exif.subarray(6) : exif);
    }
    offset += 8 + length + (length & 1);
  }
  return 1;
}

function upright(size: Size, orientation: number): Size {
  return orientation >= 5 && orientation <= 8 ? { width: size.height, height: size.width } : size;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function textAt(bytes: Uint8Array, offset: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(offset, offset + length));
}

function describe(head: Uint8Array): string {
  if (head.length === 0) return 'an empty file';
  return `a file that begins with ${Array.from(head.subarray(0, 8), (b) => b.toString(16).padStart(2, '0')).join(' ')}`;
}
