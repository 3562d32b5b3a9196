/**
 * @file Refuses files that are an image and something else at once: what one program shows as a
 * picture, another would run or unpack.
 *
 * PNG and WebP say where they end: nothing may follow. For all formats, signatures of web pages and PDF
 * near the start (where readers look for them) and a ZIP directory at the end are refused.
 */
import { LeukoscopeError } from '@leukoscope/core';
import type { ImageFormat } from '@leukoscope/image';

const startBytes = 1024;
const zipTailBytes = 65_557; // end record (22) and the longest comment (65,535)
const startSigns = ['%pdf-', '<html', '<script', '<svg', '<?php', '<!doctype'];

/** Throw when the bytes hold a second kind of file. */
export function refusePolyglot(bytes: Uint8Array, format: ImageFormat): void {
  const start = Buffer.from(bytes.subarray(0, startBytes)).toString('latin1').toLowerCase();
  const sign = startSigns.find((text) => start.includes(text));
  if (sign !== undefined) throw polyglot(`"${sign}" near its start`);
  const tail = Buffer.from(bytes.subarray(Math.max(0, bytes.length - zipTailBytes)));
  const zip = tail.lastIndexOf('PK\u0005\u0006', undefined, 'latin1');
  // The same four bytes can stand in pixels by chance; a real end record's comment ends the file.
  if (
    zip >= 0 &&
    zip + 22 <= tail.length &&
    zip + 22 + tail.readUInt16LE(zip + 20) === tail.length
  ) {
    throw polyglot('a ZIP archive at its end');
  }
  const end = endOf(bytes, format);
  if (end !== undefined && end !== bytes.length) {
    throw polyglot(`${bytes.length - end} bytes behind its end`);
  }
}

function endOf(bytes: Uint8Array, format: ImageFormat): number | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (format === 'webp') {
    // RIFF chunks are padded to even lengths.
    const size = view.getUint32(4, true);
    return 8 + size + (size % 2);
  }
  if (format !== 'png') return undefined;
  let at = 8;
  while (at + 12 <= bytes.length) {
    const length = view.getUint32(at);
    const isEnd = view.getUint32(at + 4) === 0x49454e44; // IEND
    at += 12 + length;
    if (isEnd) return at;
  }
  return undefined;
}

function polyglot(what: string): LeukoscopeError {
  return new LeukoscopeError(
    'IMAGE_POLYGLOT',
    `image file must be nothing but an image. Received one with ${what}. Save it again from an image editor.`,
  );
}
