/**
 * @file Bytes of an image file -> Raster, upright, with the stored numbers kept.
 *
 * Order of the checks: kind of file, header, size against `maxPixels`, and only then pixels. 16-bit
 * images stay 16-bit; grey, alpha and RGB stay what they are; CMYK becomes RGB.
 */
import { type Box, LeukoscopeError, type Raster, type RgbRaster } from '@leukoscope/core';
import { codec } from '#codec';
import { toRgbRaster } from '../colour/to-rgb-raster.ts';
import { cropRaster } from '../geometry/crop.ts';
import type { DecodeOptions, DecodeRequest, ImageSource } from '../platform/codec.ts';
import { decodeBmp } from './decode-bmp.ts';
import { headerOfPage, type ImageHeader, readImageHeader } from './image-header.ts';

/** Decode an image file held in memory. */
export async function decodeImage(bytes: Uint8Array, options: DecodeOptions = {}): Promise<Raster> {
  const request = toRequest(readImageHeader(bytes), options);
  checkPixels(request.header, options.maxPixels);
  if (request.header.format === 'bmp') return decodeBmp(bytes);
  return codec.decode(bytes, request);
}

/** Decode to 8-bit RGB: alpha laid over white, 16-bit values scaled by the bits in use. */
export async function decodeRgb(
  bytes: Uint8Array,
  options: DecodeOptions = {},
): Promise<RgbRaster> {
  return toRgbRaster(await decodeImage(bytes, options));
}

/** Read the header of an image in memory or, in Node, of a file without reading it whole. */
export async function readSourceHeader(source: ImageSource): Promise<ImageHeader> {
  return source instanceof Uint8Array ? readImageHeader(source) : codec.readFileHeader(source.file);
}

/**
 * Decode a box of whole pixels of the upright image; `maxPixels` limits the box, not the image.
 * Tiled TIFF files are read tile by tile; other files are passed through row by row.
 */
export async function decodeRegion(
  source: ImageSource,
  box: Box,
  options: DecodeOptions = {},
): Promise<Raster> {
  const request = toRequest(await readSourceHeader(source), options);
  const { width, height } = request.header;
  const isWhole = [box.x1, box.y1, box.x2, box.y2].every(Number.isInteger);
  const isInside = box.x1 >= 0 && box.y1 >= 0 && box.x2 <= width && box.y2 <= height;
  if (!isWhole || !isInside || box.x2 <= box.x1 || box.y2 <= box.y1) {
    throw new LeukoscopeError(
      'REGION_OUTSIDE',
      `box must hold whole pixels inside ${width} x ${height}. Received ${JSON.stringify(box)}. Round and clip the box first.`,
    );
  }
  checkPixels({ width: box.x2 - box.x1, height: box.y2 - box.y1 }, options.maxPixels);
  if (source instanceof Uint8Array && request.header.format === 'bmp') {
    return cropRaster(decodeBmp(source), box);
  }
  return codec.decodeRegion(source, box, request);
}

function toRequest(header: ImageHeader, options: DecodeOptions): DecodeRequest {
  const { page = 'largest', colourProfile = 'ignore' } = options;
  if (page === 'largest') return { header, colourProfile };
  if (!Number.isInteger(page) || page < 0 || page >= header.pages.length) {
    throw new LeukoscopeError(
      'IMAGE_PAGE',
      `page must be an integer from 0 to ${header.pages.length - 1}. Received ${page}.`,
    );
  }
  const { format, orientation, pages } = header;
  return { header: headerOfPage(format, orientation, pages, page), colourProfile };
}

function checkPixels(size: { width: number; height: number }, maxPixels = 50_000_000): void {
  if (size.width * size.height <= maxPixels) return;
  throw new LeukoscopeError(
    'IMAGE_TOO_LARGE',
    `image must have at most ${maxPixels} pixels. Received ${size.width} x ${size.height}. Raise maxPixels, or read it in regions.`,
  );
}
