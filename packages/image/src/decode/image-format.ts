/**
 * @file Tells what kind of file some bytes are from their first bytes, never from a file name.
 *
 * Five kinds are read; a dozen others are known by name, so that the message can say what was given
 * and what to do instead of "unsupported".
 */
import { LeukoscopeError } from '@leukoscope/core';

/** The kinds of image file that are read. */
export type ImageFormat = 'jpeg' | 'png' | 'webp' | 'tiff' | 'bmp';

/** Return the format of the bytes; throws with the cure when they are something else. */
export function detectImageFormat(bytes: Uint8Array): ImageFormat {
  if (bytes.length === 0) {
    throw new LeukoscopeError(
      'IMAGE_NOT_RECOGNISED',
      'image must be a JPEG, PNG, TIFF, WebP or BMP file. Received 0 bytes. Check that the file was copied whole.',
    );
  }
  for (const [format, ...signatures] of readable) {
    if (signatures.some((signature) => matches(bytes, signature))) return format;
  }
  const known = foreign.find(([, signature]) => matches(bytes, signature));
  if (known !== undefined) {
    throw new LeukoscopeError(
      'IMAGE_UNSUPPORTED',
      `image must be a JPEG, PNG, TIFF, WebP or BMP file. Received ${known[0]}. Convert it to PNG or TIFF and try again.`,
    );
  }
  const start = Array.from(bytes.subarray(0, 8), (byte) => byte.toString(16).padStart(2, '0'));
  throw new LeukoscopeError(
    'IMAGE_NOT_RECOGNISED',
    `image must be a JPEG, PNG, TIFF, WebP or BMP file. Received ${bytes.length} bytes that begin with ${start.join(' ')}. Open the file in a viewer to see what it is.`,
  );
}

/** `?` matches any byte. `@n:` starts at byte n. */
type Signature = string;

const readable: readonly (readonly [ImageFormat, ...Signature[]])[] = [
  ['jpeg', '\xff\xd8\xff'],
  ['png', '\x89PNG\r\n\x1a\n'],
  ['webp', 'RIFF????WEBP'],
  ['tiff', 'II*\0', 'MM\0*', 'II+\0', 'MM\0+'],
  ['bmp', 'BM'],
];

const foreign: readonly (readonly [string, Signature])[] = [
  ['a GIF file', 'GIF8'],
  ['a PDF file', '%PDF'],
  ['a JPEG 2000 file', '\0\0\0\x0cjP  '],
  ['a JPEG 2000 code stream', '\xff\x4f\xff\x51'],
  ['a JPEG XL file', '\0\0\0\x0cJXL '],
  ['a JPEG XL code stream', '\xff\x0a'],
  ['an AVIF file', '@4:ftypavif'],
  ['a HEIC file', '@4:ftyphei'],
  ['a HEIF file', '@4:ftypmif1'],
  ['a DICOM file', '@128:DICM'],
  ['a Photoshop file', '8BPS'],
  ['a ZIP archive', 'PK\x03\x04'],
  ['a gzip archive', '\x1f\x8b'],
  ['an SVG or XML file', '<?xml'],
  ['an SVG file', '<svg'],
  ['an HTML page', '<!DOCTYPE'],
  ['an HTML page', '<!doctype'],
  ['an HTML page', '<html'],
];

function matches(bytes: Uint8Array, signature: Signature): boolean {
  const placed = /^@(\d+):(.*)$/s.exec(signature);
  const offset = placed === null ? 0 : Number(placed[1]);
  const text = placed === null ? signature : placed[2]!;
  if (bytes.length < offset + text.length) return false;
  for (let i = 0; i < text.length; i++) {
    if (text[i] !== '?' && bytes[offset + i] !== text.charCodeAt(i)) return false;
  }
  return true;
}
