/** @file Raster -> bytes of an image file: PNG and TIFF keep every pixel, JPEG and WebP are for viewing. */
import { LeukoscopeError, type Raster } from '@leukoscope/core';
import { codec } from '#codec';
import { toRgbRaster } from '../colour/to-rgb-raster.ts';
import type { JpegOptions, TiffOptions, WebpOptions } from '../platform/codec.ts';

/** Write a PNG file; every channel and bit is kept. */
export async function encodePng(raster: Raster): Promise<Uint8Array> {
  checkRaster(raster);
  return codec.encodePng(raster);
}

/** Write a JPEG file of an 8-bit raster; alpha is laid over white, since JPEG has none. */
export async function encodeJpeg(raster: Raster, options: JpegOptions = {}): Promise<Uint8Array> {
  const { quality = 90, chroma } = options;
  checkRaster(raster);
  check8Bit(raster, 'JPEG');
  checkQuality(quality);
  const opaque = raster.channels % 2 === 0 ? toRgbRaster(raster) : raster;
  return codec.encodeJpeg(opaque, { quality, chroma });
}

/** Write a WebP file of an 8-bit raster. */
export async function encodeWebp(raster: Raster, options: WebpOptions = {}): Promise<Uint8Array> {
  const { quality = 90, lossless = false } = options;
  checkRaster(raster);
  check8Bit(raster, 'WebP');
  checkQuality(quality);
  return codec.encodeWebp(raster, { quality, lossless });
}

/** Write a TIFF file (Node only); every channel and bit is kept. */
export async function encodeTiff(raster: Raster, options: TiffOptions = {}): Promise<Uint8Array> {
  const { compression = 'deflate', tileSize, pyramid = false } = options;
  checkRaster(raster);
  if (tileSize !== undefined && (!Number.isInteger(tileSize / 16) || tileSize < 16)) {
    throw new LeukoscopeError(
      'IMAGE_ENCODE',
      `tileSize must be a multiple of 16. Received ${tileSize}.`,
    );
  }
  return codec.encodeTiff(raster, { compression, tileSize, pyramid });
}

function checkRaster(raster: Raster): void {
  const needed = raster.width * raster.height * raster.channels;
  const fits = raster.bitDepth === 8 ? Uint8Array : Uint16Array;
  if (raster.data.length === needed && raster.data instanceof fits) return;
  throw new LeukoscopeError(
    'RASTER_LENGTH',
    `data must be ${needed} values in a ${fits.name}. Received ${raster.data.length} in a ${raster.data.constructor.name}.`,
  );
}

function check8Bit(raster: Raster, format: string): void {
  if (raster.bitDepth === 8) return;
  throw new LeukoscopeError(
    'IMAGE_ENCODE',
    `raster must have 8 bits to be written as ${format}. Received ${raster.bitDepth}. Use toRgbRaster first, or write PNG or TIFF.`,
  );
}

function checkQuality(quality: number): void {
  if (Number.isInteger(quality) && quality >= 1 && quality <= 100) return;
  throw new LeukoscopeError(
    'IMAGE_ENCODE',
    `quality must be an integer from 1 to 100. Received ${quality}.`,
  );
}
