/** @file What one page of an image file says about itself, as stored (before turning it upright). */
import type { Size } from '@leukoscope/core';

/** EXIF orientation: 1 upright, 2 mirrored, ..., 6 = turn 90 degrees clockwise to view. */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

/** One page (directory) of a TIFF file, or the only one of another file; sizes as stored. */
export interface ImagePage extends Size {
  readonly channels: number;
  /** Bits of one channel as stored: 1, 2, 4, 8, 16 or 32. */
  readonly bitsPerChannel: number;
  /** Tiles can be read one by one; strips and other formats cannot. */
  readonly isTiled: boolean;
}

/** What each format's header reader finds. */
export interface StoredHeader {
  readonly orientation: Orientation;
  readonly pages: readonly ImagePage[];
}
