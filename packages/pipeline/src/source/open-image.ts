/**
 * @file An image of any size behind one interface: read a box of pixels.
 *
 * Images up to `wholePixels` are decoded once. Larger ones are never in memory as a whole: tiled TIFF
 * files are read tile by tile, all others strip by strip (a strip is as wide as the image), because
 * every read of a compressed file begins at its first row. Read boxes row by row, downwards.
 */
import {
  type Box,
  createRgbRaster,
  LeukoscopeError,
  type Raster,
  type RgbRaster,
  type Size,
} from '@leukoscope/core';
import {
  cropRaster,
  decodeRegion,
  decodeRgb,
  type ImageSource,
  isRgbRaster,
  readSourceHeader,
  toRgbRaster,
} from '@leukoscope/image';

/** A readable image. */
export interface OpenImage {
  readonly size: Size;
  /** True where the whole image is in memory and reads are cheap in any order. */
  readonly isInMemory: boolean;
  /** Read a box of whole pixels inside the image. */
  read(box: Box): Promise<RgbRaster>;
}

/** Options of `openImage`. */
export interface OpenImageOptions {
  /** Refuse images of more pixels. @default 100_000_000 */
  readonly maxPixels?: number | undefined;
  /** Decode images up to this many pixels in one piece. @default 16_000_000 */
  readonly wholePixels?: number | undefined;
  /** Rows of a strip at least. @default 1024 */
  readonly stripRows?: number | undefined;
}

/** Open an image file, its bytes, or a raster. */
export async function openImage(
  source: ImageSource | Raster,
  options: OpenImageOptions = {},
): Promise<OpenImage> {
  const { maxPixels = 100_000_000, wholePixels = 16_000_000, stripRows = 1024 } = options;
  if (isRaster(source)) return openRaster(isRgbRaster(source) ? source : toRgbRaster(source));
  const header = await readSourceHeader(source);
  const { width, height, format } = header;
  if (width * height > maxPixels) {
    throw new LeukoscopeError(
      'IMAGE_TOO_LARGE',
      `image must have at most ${maxPixels} pixels. Received ${width} x ${height}. Raise maxPixels, or cut the image.`,
    );
  }
  if (width * height <= wholePixels) {
    return openRaster(
      source instanceof Uint8Array
        ? await decodeRgb(source, { maxPixels })
        : toRgbRaster(await decodeRegion(source, wholeOf(header), { maxPixels })),
    );
  }
  const read = async (box: Box) => toRgbRaster(await decodeRegion(source, box, { maxPixels }));
  const isTiled = format === 'tiff' && header.pages[header.page]!.isTiled;
  return {
    size: { width, height },
    isInMemory: false,
    read: isTiled ? read : readByStrips({ width, height }, read, stripRows),
  };
}

function isRaster(source: ImageSource | Raster): source is Raster {
  return !(source instanceof Uint8Array) && 'data' in source;
}

function wholeOf({ width, height }: Size): Box {
  return { x1: 0, y1: 0, x2: width, y2: height };
}

/** An image that is in memory; the whole of it is given without a copy. */
function openRaster(raster: RgbRaster): OpenImage {
  const { width, height } = raster;
  return {
    size: { width, height },
    isInMemory: true,
    async read(box) {
      if (box.x1 === 0 && box.y1 === 0 && box.x2 === width && box.y2 === height) return raster;
      return toRgbRaster(cropRaster(raster, box));
    },
  };
}

/** Keep the strip that was read last; a box below or above it makes a new one. */
function readByStrips(
  size: Size,
  read: (box: Box) => Promise<RgbRaster>,
  stripRows: number,
): (box: Box) => Promise<RgbRaster> {
  let strip = createRgbRaster({ width: 1, height: 1 });
  let top = 0;
  let bottom = 0;
  return async (box) => {
    if (box.y1 < top || box.y2 > bottom) {
      // Let go of the old strip before there are two.
      strip = createRgbRaster({ width: 1, height: 1 });
      top = box.y1;
      bottom = Math.min(size.height, Math.max(box.y2, top + stripRows));
      strip = await read({ x1: 0, y1: top, x2: size.width, y2: bottom });
    }
    const inStrip = { x1: box.x1, y1: box.y1 - top, x2: box.x2, y2: box.y2 - top };
    return toRgbRaster(cropRaster(strip, inStrip));
  };
}
