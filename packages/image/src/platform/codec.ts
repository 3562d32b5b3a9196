/**
 * @file What each platform must bring to read and write compressed images.
 *
 * `#codec` (package.json `imports`) is codec-node.ts in Node and codec-web.ts in bundles for browsers;
 * no code asks where it runs.
 */
import type { Box, Raster } from '@leukoscope/core';
import type { ImageHeader } from '../decode/image-header.ts';

/** Options of `decodeImage`. */
export interface DecodeOptions {
  /**
   * Refuse images of more pixels, before anything is allocated.
   * @default 50_000_000
   */
  readonly maxPixels?: number;
  /**
   * Page of a TIFF file: its number, or the one with the most pixels.
   * @default 'largest'
   */
  readonly page?: number | 'largest';
  /**
   * What to do with an embedded colour profile. `ignore` keeps the stored numbers, as OpenCV and
   * PIL do, so that models see what they were trained on; `apply` converts to sRGB for viewing.
   * @default 'ignore'
   */
  readonly colourProfile?: 'ignore' | 'apply';
}

/** Where an encoded image lies: its bytes, or (Node only) a file that is read piece by piece. */
export type ImageSource = Uint8Array | { readonly file: string };

/** A checked request to a codec. */
export interface DecodeRequest {
  readonly header: ImageHeader;
  readonly colourProfile: 'ignore' | 'apply';
}

/** Options of `encodeJpeg`. */
export interface JpegOptions {
  /** 1 (coarse) to 100 (fine). @default 90 */
  readonly quality?: number;
  /**
   * Full colour resolution (`4:4:4`) or halved (`4:2:0`), which smears granules. Browsers decide
   * themselves and refuse the option.
   * @default '4:4:4' in Node
   */
  readonly chroma?: '4:4:4' | '4:2:0' | undefined;
}

/** Options of `encodeWebp`. */
export interface WebpOptions {
  /** 1 to 100. @default 90 */
  readonly quality?: number;
  /** Keep every pixel exactly. @default false */
  readonly lossless?: boolean;
}

/** Options of `encodeTiff`. */
export interface TiffOptions {
  /** All of them keep every pixel exactly. @default 'deflate' */
  readonly compression?: 'none' | 'lzw' | 'deflate';
  /** Write square tiles of this side, which allows reading regions. @default undefined (strips) */
  readonly tileSize?: number | undefined;
  /** Add halved copies down to one tile. @default false */
  readonly pyramid?: boolean;
}

/** Reads and writes compressed images on one platform. */
export interface ImageCodec {
  /** Decode the whole page upright; the header was read from the same bytes. */
  decode(bytes: Uint8Array, request: DecodeRequest): Promise<Raster>;
  /** Read the header of a file without reading the file whole. */
  readFileHeader(file: string): Promise<ImageHeader>;
  /** Decode a box of whole pixels of the upright page. */
  decodeRegion(source: ImageSource, box: Box, request: DecodeRequest): Promise<Raster>;
  encodePng(raster: Raster): Promise<Uint8Array>;
  encodeJpeg(
    raster: Raster,
    options: JpegOptions & { readonly quality: number },
  ): Promise<Uint8Array>;
  encodeWebp(raster: Raster, options: Required<WebpOptions>): Promise<Uint8Array>;
  encodeTiff(raster: Raster, options: Required<TiffOptions>): Promise<Uint8Array>;
}
