/**
 * @file What a file says about its image before any pixel is decoded: format, size, depth, pages.
 *
 * Reads a few hundred bytes at most per page and allocates nothing that depends on the header's
 * claims, so it is safe on hostile files and runs first in every decode.
 */
import type { Size } from '@leukoscope/core';
import { readBmpHeader } from './bmp-header.ts';
import { createByteReader } from './byte-reader.ts';
import { detectImageFormat, type ImageFormat } from './image-format.ts';
import type { ImagePage, Orientation, StoredHeader } from './image-page.ts';
import { readJpegHeader } from './jpeg-header.ts';
import { readPngHeader } from './png-header.ts';
import { readTiffHeader } from './tiff-header.ts';
import { readWebpHeader } from './webp-header.ts';

/** Facts about an image file; width and height are those of the upright image of `page`. */
export interface ImageHeader extends Size {
  readonly format: ImageFormat;
  readonly channels: number;
  readonly bitsPerChannel: number;
  readonly orientation: Orientation;
  /** The page that is read unless another is asked for: the largest one, the first of equals. */
  readonly page: number;
  readonly pages: readonly ImagePage[];
}

/** Read the header of an image file; `bytes` may be its beginning when the file's length is given. */
export function readImageHeader(bytes: Uint8Array, fileBytes = bytes.length): ImageHeader {
  const format = detectImageFormat(bytes);
  return toImageHeader(format, readers[format](bytes, fileBytes));
}

/** Choose the page to read and describe it. */
export function toImageHeader(format: ImageFormat, stored: StoredHeader): ImageHeader {
  const { orientation, pages } = stored;
  let page = 0;
  pages.forEach((candidate, i) => {
    const best = pages[page]!;
    if (candidate.width * candidate.height > best.width * best.height) page = i;
  });
  return headerOfPage(format, orientation, pages, page);
}

/** Describe one page of the file as upright image. */
export function headerOfPage(
  format: ImageFormat,
  orientation: Orientation,
  pages: readonly ImagePage[],
  page: number,
): ImageHeader {
  const { width, height, channels, bitsPerChannel } = pages[page]!;
  const turned = orientation >= 5;
  return {
    format,
    width: turned ? height : width,
    height: turned ? width : height,
    channels,
    bitsPerChannel,
    orientation,
    page,
    pages,
  };
}

const readers: Record<ImageFormat, (bytes: Uint8Array, fileBytes: number) => StoredHeader> = {
  jpeg: (bytes) => readJpegHeader(bytes),
  png: (bytes) => readPngHeader(bytes),
  webp: (bytes) => readWebpHeader(bytes),
  tiff: (bytes) => readTiffHeader((littleEndian) => createByteReader(bytes, littleEndian)),
  bmp: (bytes, fileBytes) => {
    const { width, height, bitsPerPixel } = readBmpHeader(bytes, fileBytes);
    const channels = bitsPerPixel === 32 ? 4 : 3;
    return {
      orientation: 1,
      pages: [{ width, height, channels, bitsPerChannel: 8, isTiled: false }],
    };
  },
};
