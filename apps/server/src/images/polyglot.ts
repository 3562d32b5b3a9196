/**
 * @file Refuses files that are an image and something else at once: what one program shows as a
 * picture, another would run or unpack.
 *
 * Behind the end that the file's own structure names there may be zeros, with which devices pad, and nothing
 * else; signatures of web pages and PDF near the start (where readers look for them) and a ZIP directory at
 * the end are refused too. What a segment, chunk or tag holds that no picture needs is not looked at: it is
 * stored and handed out as an image, which never runs.
 */
import { LeukoscopeError } from '@leukoscope/core';
import { imageEnd } from '@leukoscope/image';

const startBytes = 1024;
const zipTailBytes = 65_557; // end record (22) and the longest comment (65,535)
const startSigns = ['%pdf-', '<html', '<script', '<svg', '<?php', '<!doctype'];

/** Throw when the bytes hold a second kind of file. */
export function refusePolyglot(bytes: Uint8Array): void {
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
  const behind = bytes.subarray(imageEnd(bytes));
  if (behind.some((byte) => byte !== 0)) throw polyglot(`${behind.length} bytes behind its end`);
}

function polyglot(what: string): LeukoscopeError {
  return new LeukoscopeError(
    'IMAGE_POLYGLOT',
    `image file must be nothing but an image. Received one with ${what}. Save it again from an image editor.`,
  );
}
