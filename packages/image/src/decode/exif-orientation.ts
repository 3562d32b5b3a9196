/** @file Reads the orientation tag out of an EXIF block (a small TIFF file inside other formats). */
import { LeukoscopeError } from '@leukoscope/core';
import { createByteReader } from './byte-reader.ts';
import type { Orientation } from './image-page.ts';
import { readTiffDirectories, tiffTags } from './tiff-directory.ts';

/** Return the orientation, 1 when there is none or the block is broken: EXIF is a hint, not pixels. */
export function readExifOrientation(exif: Uint8Array): Orientation {
  // Some writers repeat the JPEG prefix inside PNG and WebP.
  const prefixed = String.fromCharCode(...exif.subarray(0, 6)) === 'Exif\0\0';
  const block = prefixed ? exif.subarray(6) : exif;
  try {
    const [first] = readTiffDirectories((littleEndian) => createByteReader(block, littleEndian), 1);
    return toOrientation(first?.number(tiffTags.orientation));
  } catch (error) {
    if (error instanceof LeukoscopeError) return 1;
    throw error;
  }
}

/** Narrow a number to an orientation; anything outside 1..8 counts as upright. */
export function toOrientation(value: number | undefined): Orientation {
  const known: readonly Orientation[] = [1, 2, 3, 4, 5, 6, 7, 8];
  return known.find((orientation) => orientation === value) ?? 1;
}
