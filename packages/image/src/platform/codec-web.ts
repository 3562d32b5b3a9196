/**
 * @file Reads and writes compressed images in browsers with the browser's own decoders.
 *
 * Browsers decode to 8-bit RGBA and know no TIFF; what they cannot do exactly is refused, never
 * approximated. PNG is written by our own exact encoder.
 */
import { LeukoscopeError, type Raster, type Size } from '@leukoscope/core';
import { decodeBmp } from '../decode/decode-bmp.ts';
import { encodePngExactly } from '../encode/encode-png.ts';
import { cropRaster } from '../geometry/crop.ts';
import type { DecodeRequest, ImageCodec } from './codec.ts';

// The parts of the web platform that are used here; the project's own types are Node's.
interface Bitmap extends Size {
  close(): void;
}
interface Pixels extends Size {
  readonly data: Uint8ClampedArray;
}
interface CanvasContext {
  drawImage(bitmap: Bitmap, x: number, y: number): void;
  getImageData(x: number, y: number, width: number, height: number): Pixels;
  putImageData(pixels: Pixels, x: number, y: number): void;
  createImageData(width: number, height: number): Pixels;
}
interface Canvas {
  getContext(kind: '2d', options: { willReadFrequently: boolean }): CanvasContext | null;
  convertToBlob(options: { type: string; quality: number }): Promise<Blob>;
}
declare const OffscreenCanvas: new (width: number, height: number) => Canvas;
declare const createImageBitmap: (
  blob: Blob,
  options: {
    colorSpaceConversion: 'none' | 'default';
    premultiplyAlpha: 'none';
    imageOrientation: 'from-image';
  },
) => Promise<Bitmap>;

/** The codec of this platform. */
export const codec: ImageCodec = {
  decode,

  async decodeRegion(source, box, request) {
    if (!(source instanceof Uint8Array)) throw noFiles(source.file);
    const isBmp = request.header.format === 'bmp';
    return cropRaster(isBmp ? decodeBmp(source) : await decode(source, request), box);
  },

  readFileHeader(file) {
    return Promise.reject(noFiles(file));
  },

  encodePng: encodePngExactly,
  encodeJpeg: (raster, { quality, chroma }) => {
    if (chroma !== undefined) return Promise.reject(unavailable(`JPEG with chroma ${chroma}`));
    return convert(raster, 'image/jpeg', quality);
  },
  encodeWebp: (raster, { quality, lossless }) => {
    if (lossless) return Promise.reject(unavailable('lossless WebP'));
    return convert(raster, 'image/webp', quality);
  },
  encodeTiff: () => Promise.reject(unavailable('TIFF')),
};

async function decode(bytes: Uint8Array, request: DecodeRequest): Promise<Raster> {
  const { header, colourProfile } = request;
  if (header.format === 'tiff' || header.bitsPerChannel > 8) {
    throw new LeukoscopeError(
      'IMAGE_UNSUPPORTED',
      `image must be an 8-bit JPEG, PNG, WebP or BMP file in a browser. Received ${header.bitsPerChannel}-bit ${header.format.toUpperCase()}. Upload it to the server, or convert it first.`,
    );
  }
  const bitmap = await openBitmap(bytes, colourProfile);
  try {
    const { width, height } = bitmap;
    const context = openContext({ width, height }).context;
    context.drawImage(bitmap, 0, 0);
    const rgba = context.getImageData(0, 0, width, height).data;
    const isCmyk = header.format === 'jpeg' && header.channels === 4;
    return keepChannels(rgba, { width, height }, isCmyk ? 3 : header.channels);
  } finally {
    bitmap.close();
  }
}

async function openBitmap(bytes: Uint8Array, colourProfile: 'ignore' | 'apply'): Promise<Bitmap> {
  try {
    return await createImageBitmap(new Blob([bytes.slice()]), {
      colorSpaceConversion: colourProfile === 'ignore' ? 'none' : 'default',
      premultiplyAlpha: 'none',
      imageOrientation: 'from-image',
    });
  } catch (error) {
    throw new LeukoscopeError(
      'IMAGE_DAMAGED',
      `image must decode. Received "${error instanceof Error ? error.message : String(error)}". Copy the file again, or re-save it in an image editor.`,
      { cause: error },
    );
  }
}

function keepChannels(rgba: Uint8ClampedArray, size: Size, count: number): Raster {
  const channels = count === 1 || count === 2 || count === 3 ? count : 4;
  // Which of R, G, B, A makes each kept channel.
  const picks = { 1: [0], 2: [0, 3], 3: [0, 1, 2], 4: [0, 1, 2, 3] }[channels];
  const pixels = size.width * size.height;
  const data = new Uint8Array(pixels * channels);
  for (let i = 0; i < pixels; i++) {
    for (let c = 0; c < channels; c++) data[i * channels + c] = rgba[i * 4 + picks[c]!]!;
  }
  return { ...size, channels, bitDepth: 8, data };
}

async function convert(raster: Raster, type: string, quality: number): Promise<Uint8Array> {
  const { canvas, context } = openContext(raster);
  const pixels = context.createImageData(raster.width, raster.height);
  const { channels, data } = raster;
  for (let i = 0; i < raster.width * raster.height; i++) {
    const at = i * channels;
    const isGrey = channels <= 2;
    pixels.data[i * 4] = data[at]!;
    pixels.data[i * 4 + 1] = data[isGrey ? at : at + 1]!;
    pixels.data[i * 4 + 2] = data[isGrey ? at : at + 2]!;
    pixels.data[i * 4 + 3] = channels % 2 === 0 ? data[at + channels - 1]! : 255;
  }
  context.putImageData(pixels, 0, 0);
  const blob = await canvas.convertToBlob({ type, quality: quality / 100 });
  // A browser without the encoder silently answers with PNG.
  if (blob.type !== type) throw unavailable(type);
  return new Uint8Array(await blob.arrayBuffer());
}

function openContext(size: Size): { canvas: Canvas; context: CanvasContext } {
  const canvas = new OffscreenCanvas(size.width, size.height);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) throw unavailable('2D canvas');
  return { canvas, context };
}

function unavailable(what: string): LeukoscopeError {
  return new LeukoscopeError(
    'IMAGE_ENCODER',
    `image encoder must exist on this platform. Received a request for ${what} in a browser. Use PNG, or encode on the server.`,
  );
}

function noFiles(file: string): LeukoscopeError {
  return new LeukoscopeError(
    'IMAGE_FILE',
    `image must be given as bytes in a browser. Received the path ${JSON.stringify(file)}. Read the file with the File API.`,
  );
}
