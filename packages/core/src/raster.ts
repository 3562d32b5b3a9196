/**
 * @file Decoded pixels: interleaved rows, top-left first (HWC), RGB order.
 *
 * Pixel (0, 0) has its centre at (0.5, 0.5); boxes and points use the same continuous pixels.
 */
import { LeukoscopeError } from './errors.ts';

/** Width and height in pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A position in pixels. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Decoded pixels. `data[(y * width + x) * channels + channel]`. */
export interface Raster extends Size {
  /** 1 grey, 2 grey + alpha, 3 RGB, 4 RGB + alpha. */
  readonly channels: 1 | 2 | 3 | 4;
  readonly bitDepth: 8 | 16;
  readonly data: Uint8Array | Uint16Array;
}

/** An 8-bit RGB raster, the form every analysis works on. */
export interface RgbRaster extends Raster {
  readonly channels: 3;
  readonly bitDepth: 8;
  readonly data: Uint8Array;
}

/** Make an RGB raster, black or around the data given. */
export function createRgbRaster(size: Size, data?: Uint8Array): RgbRaster {
  checkSize(size);
  const needed = size.width * size.height * 3;
  if (data !== undefined && data.length !== needed) {
    throw new LeukoscopeError(
      'RASTER_LENGTH',
      `data must hold width * height * 3 = ${needed} bytes. Received ${data.length}.`,
    );
  }
  return {
    width: size.width,
    height: size.height,
    channels: 3,
    bitDepth: 8,
    data: data ?? new Uint8Array(needed),
  };
}

/** Throw unless both sides are whole numbers of at least 1. */
export function checkSize(size: Size): void {
  for (const side of ['width', 'height'] as const) {
    if (!Number.isInteger(size[side]) || size[side] < 1) {
      throw new LeukoscopeError(
        'RASTER_SIZE',
        `${side} must be an integer and at least 1. Received ${size[side]}.`,
      );
    }
  }
}
