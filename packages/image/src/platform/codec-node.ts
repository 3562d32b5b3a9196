/**
 * @file Reads and writes compressed images in Node through sharp (libvips).
 *
 * Only the JPEG, PNG, TIFF and WebP loaders may run, and only the one that the file's first bytes name:
 * libvips would otherwise render an SVG that calls itself .png. `failOn: 'warning'` is what makes a JPEG with flipped bytes fail instead of decoding to
 * wrong pixels. docs/decisions/0020-image-decoding.md has the comparison.
 */
import { type FileHandle, open } from 'node:fs/promises';
import { type Box, LeukoscopeError, messageOf, type Raster } from '@leukoscope/core';
import sharp, { type Sharp, type SharpOptions } from 'sharp';
import { readBmpHeader } from '../decode/bmp-header.ts';
import { decodeBmp, decodeBmpRows, placeOfRows } from '../decode/decode-bmp.ts';
import { type ImageHeader, readImageHeader, toImageHeader } from '../decode/image-header.ts';
import { detectImageFormat } from '../decode/image-format.ts';
import { readTiffHeader } from '../decode/tiff-header.ts';
import { cropRaster } from '../geometry/crop.ts';
import type { DecodeRequest, ImageCodec, ImageSource } from './codec.ts';
import { withFileBytes } from './file-bytes-node.ts';
import { retryAfterStop } from './retry-after-stop-node.ts';

/** Longest time one decode may take; a bomb that slips through the size check ends here. */
const timeLimitSeconds = 60;

/** The codec of this platform. */
export const codec: ImageCodec = {
  decode: (bytes, request) => readPixels(openSharp(bytes, request, true), request.header),

  async decodeRegion(source, box, request) {
    if (request.header.format === 'bmp') return decodeBmpRegion(source, box);
    const { header } = request;
    const page = header.pages[header.page]!;
    // Random access decodes only the tiles that are touched; without tiles it would unpack the whole
    // image into memory, while a sequential pass keeps a few rows.
    const input = source instanceof Uint8Array ? source : source.file;
    const region = { left: box.x1, top: box.y1, width: box.x2 - box.x1, height: box.y2 - box.y1 };
    const image = openSharp(input, request, !page.isTiled).extract(region);
    return readPixels(image, { ...header, width: region.width, height: region.height });
  },

  async readFileHeader(file) {
    const handle = await openFile(file);
    try {
      return await readHeaderOf(handle, file);
    } finally {
      await handle.close();
    }
  },

  encodePng: (raster) => toBytes(fromRaster(raster).png({ compressionLevel: 6 })),
  encodeJpeg: (raster, { quality, chroma = '4:4:4' }) =>
    toBytes(fromRaster(raster).jpeg({ quality, chromaSubsampling: chroma, mozjpeg: false })),
  encodeWebp: (raster, { quality, lossless }) =>
    toBytes(fromRaster(raster).webp({ quality, lossless, exact: true })),
  encodeTiff: (raster, { compression, tileSize, pyramid }) =>
    toBytes(
      fromRaster(raster).tiff({
        compression,
        pyramid,
        predictor: compression === 'none' ? 'none' : 'horizontal',
        ...(tileSize === undefined
          ? {}
          : { tile: true, tileWidth: tileSize, tileHeight: tileSize }),
      }),
    ),
};

let isGuarded = false;

/**
 * Every loader of libvips but Jpeg, Png, Tiff and Webp. Blocking all and unblocking four would be
 * shorter, but blocks are shared by all threads of a process: between the two calls the decode of
 * another thread would be refused.
 */
const blockedLoaders = [
  'Analyze',
  'Csv',
  'Dcraw',
  'Fits',
  'Gif',
  'Heif',
  'Jp2k',
  'Jxl',
  'Magick',
  'Magick7',
  'Mat',
  'Matrix',
  'Nifti',
  'Nsgif',
  'Openexr',
  'Openslide',
  'Pdf',
  'Ppm',
  'Rad',
  'Raw',
  'Svg',
  'Uhdr',
  'Vips',
];

/** Block the other loaders once, before the first file is opened. */
function guardLoaders(): void {
  if (isGuarded) return;
  isGuarded = true;
  sharp.block({ operation: blockedLoaders.map((name) => `VipsForeignLoad${name}`) });
  // Files are opened once each, so a cache of operations only holds memory.
  sharp.cache(false);
}

function openSharp(input: Uint8Array | string, request: DecodeRequest, sequential: boolean): Sharp {
  guardLoaders();
  const { header, colourProfile } = request;
  const options: SharpOptions = {
    failOn: 'warning',
    // The size was checked against the header already; this holds sharp to the same header.
    limitInputPixels: Math.max(...header.pages.map((page) => page.width * page.height)),
    sequentialRead: sequential,
    ignoreIcc: colourProfile === 'ignore' && !isCmyk(header),
    autoOrient: true,
    ...(header.format === 'tiff' ? { page: header.page } : {}),
  };
  return sharp(input, options).timeout({ seconds: timeLimitSeconds });
}

/** Four channels without alpha: JPEG stores no alpha, so its fourth channel is ink. */
function isCmyk(header: ImageHeader): boolean {
  return header.format === 'jpeg' && header.channels === 4;
}

function readPixels(image: Sharp, header: ImageHeader): Promise<Raster> {
  return retryAfterStop(() => readOnce(image.clone(), header), timeLimitSeconds);
}

async function readOnce(image: Sharp, header: ImageHeader): Promise<Raster> {
  try {
    const { depth, space, hasAlpha, format } = await image.metadata();
    if (format !== header.format) {
      throw new LeukoscopeError(
        'IMAGE_DAMAGED',
        `image must be read as ${header.format}, which its first bytes name. Received ${format}. The file is damaged; copy it again.`,
      );
    }
    if (depth !== 'uchar' && depth !== 'ushort') {
      throw new LeukoscopeError(
        'IMAGE_UNSUPPORTED',
        `image must have 8 or 16 bits a channel. Received ${depth}. Convert it to 16-bit TIFF and try again.`,
      );
    }
    const isGrey = space === 'b-w' || space === 'grey16';
    const is16 = depth === 'ushort';
    // Raw output of 'b-w' and 'grey16' drops alpha, so grey with alpha travels as RGB with alpha.
    const target = isGrey && !hasAlpha ? (is16 ? 'grey16' : 'b-w') : is16 ? 'rgb16' : 'srgb';
    const { data, info } = await image
      .toColourspace(target)
      .raw({ depth: is16 ? 'ushort' : 'uchar' })
      .toBuffer({ resolveWithObject: true });
    if (info.width !== header.width || info.height !== header.height) {
      throw new LeukoscopeError(
        'IMAGE_DAMAGED',
        `pixels must have the header's size ${header.width} x ${header.height}. Received ${info.width} x ${info.height}. The file is damaged; copy it again.`,
      );
    }
    const pixels = is16
      ? new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2)
      : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    const channels = parseChannels(info.channels);
    const raster: Raster = {
      width: info.width,
      height: info.height,
      channels,
      bitDepth: is16 ? 16 : 8,
      data: pixels,
    };
    return isGrey && channels === 4 ? keepGreyAlpha(raster) : raster;
  } catch (error) {
    throw toImageError(error);
  }
}

function parseChannels(count: number): Raster['channels'] {
  const known = ([1, 2, 3, 4] as const).find((channels) => channels === count);
  if (known !== undefined) return known;
  throw new LeukoscopeError(
    'IMAGE_UNSUPPORTED',
    `image must have 1 to 4 channels. Received ${count}. Export the channels as separate images.`,
  );
}

function keepGreyAlpha(raster: Raster): Raster {
  const pixels = raster.width * raster.height;
  const data = raster.bitDepth === 8 ? new Uint8Array(pixels * 2) : new Uint16Array(pixels * 2);
  for (let i = 0; i < pixels; i++) {
    data[i * 2] = raster.data[i * 4]!;
    data[i * 2 + 1] = raster.data[i * 4 + 3]!;
  }
  return { ...raster, channels: 2, data };
}

function toImageError(error: unknown): LeukoscopeError {
  if (error instanceof LeukoscopeError) return error;
  const reason = messageOf(error).trim();
  const [code, rule, found] = /pixel limit/i.test(reason)
    ? ['IMAGE_DAMAGED', 'hold the size its header names', 'holds more']
    : /premature|truncat|unexpected end|past end|end of (file|stream)|not enough/i.test(reason)
      ? ['IMAGE_TRUNCATED', 'be whole', 'ends too early']
      : /timeout/i.test(reason)
        ? ['IMAGE_TIMEOUT', `decode within ${timeLimitSeconds} s`, 'takes longer']
        : ['IMAGE_DAMAGED', 'decode without warnings', 'is damaged'];
  return new LeukoscopeError(
    code!,
    // What the decoder says of its inside is the cause, for logs; people are told what it means.
    `image must ${rule}. Received one that ${found}. Copy the file again, or re-save it in an image editor.`,
    { cause: error },
  );
}

async function openFile(file: string): Promise<FileHandle> {
  try {
    return await open(file, 'r');
  } catch (error) {
    throw new LeukoscopeError(
      'IMAGE_FILE',
      `image file must be readable. Received ${JSON.stringify(file)}: ${messageOf(error)}. Check the path and its permissions.`,
      { cause: error },
    );
  }
}

/** Enough for the metadata that cameras write before the frame header. */
const headBytes = 1 << 20;

async function readHeaderOf(handle: FileHandle, file: string): Promise<ImageHeader> {
  const head = await readAt(handle, 0, headBytes);
  if (detectImageFormat(head) === 'tiff') {
    // Directories may lie anywhere in a file of gigabytes, most often at its end.
    return toImageHeader('tiff', withFileBytes(file, readTiffHeader));
  }
  return readImageHeader(head, (await handle.stat()).size);
}

async function readAt(handle: FileHandle, position: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  const { bytesRead } = await handle.read(bytes, 0, length, position);
  return bytes.subarray(0, bytesRead);
}

async function decodeBmpRegion(source: ImageSource, box: Box): Promise<Raster> {
  if (source instanceof Uint8Array) return cropRaster(decodeBmp(source), box);
  const handle = await openFile(source.file);
  try {
    const { size } = await handle.stat();
    const header = readBmpHeader(await readAt(handle, 0, headBytes), size);
    const place = placeOfRows(header, box.y1, box.y2);
    if (place === undefined) {
      return cropRaster(decodeBmp(new Uint8Array(await handle.readFile())), box);
    }
    const rows = decodeBmpRows(await readAt(handle, place.position, place.length), header);
    return cropRaster(rows, { x1: box.x1, y1: 0, x2: box.x2, y2: box.y2 - box.y1 });
  } finally {
    await handle.close();
  }
}

function fromRaster(raster: Raster): Sharp {
  const { width, height, channels, data, bitDepth } = raster;
  const image = sharp(data, { raw: { width, height, channels }, limitInputPixels: false });
  if (channels <= 2) return image.toColourspace(bitDepth === 16 ? 'grey16' : 'b-w');
  return image.toColourspace(bitDepth === 16 ? 'rgb16' : 'srgb');
}

async function toBytes(image: Sharp): Promise<Uint8Array> {
  const buffer = await image.toBuffer();
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}
