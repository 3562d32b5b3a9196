/** @file Mirrors and quarter turns of rasters and masks: whole pixels move, none is mixed. */
import type { Mask, Raster } from '@leukoscope/core';

/** Mirror left-right (`horizontal`) or top-bottom (`vertical`). */
export function flipRaster(raster: Raster, axis: 'horizontal' | 'vertical'): Raster {
  return { ...raster, data: flip(raster, raster.data, raster.channels, axis) };
}

/** Mirror a mask. */
export function flipMask(mask: Mask, axis: 'horizontal' | 'vertical'): Mask {
  return { ...mask, data: flip(mask, mask.data, 1, axis) };
}

/** Turn clockwise by quarter turns (negative: counter-clockwise). */
export function rotateRaster90(raster: Raster, quarterTurns: number): Raster {
  const turned = rotate(raster, raster.data, raster.channels, quarterTurns);
  return { ...raster, ...turned };
}

/** Turn a mask clockwise by quarter turns. */
export function rotateMask90(mask: Mask, quarterTurns: number): Mask {
  return rotate(mask, mask.data, 1, quarterTurns);
}

interface Extent {
  readonly width: number;
  readonly height: number;
}

function flip<T extends Uint8Array | Uint16Array>(
  { width, height }: Extent,
  data: T,
  channels: number,
  axis: 'horizontal' | 'vertical',
): T {
  return move({ width, height }, data, channels, (x, y) =>
    axis === 'horizontal' ? y * width + (width - 1 - x) : (height - 1 - y) * width + x,
  );
}

function rotate<T extends Uint8Array | Uint16Array>(
  { width, height }: Extent,
  data: T,
  channels: number,
  quarterTurns: number,
): Extent & { data: T } {
  const turns = ((Math.round(quarterTurns) % 4) + 4) % 4;
  const size = turns % 2 === 0 ? { width, height } : { width: height, height: width };
  const moved = move(size, data, channels, (x, y) => {
    if (turns === 0) return y * width + x;
    if (turns === 1) return (height - 1 - x) * width + y;
    if (turns === 2) return (height - 1 - y) * width + (width - 1 - x);
    return x * width + (width - 1 - y);
  });
  return { ...size, data: moved };
}

/** Fill the output with the source pixel (an index) that each output pixel comes from. */
function move<T extends Uint8Array | Uint16Array>(
  size: Extent,
  data: T,
  channels: number,
  sourceOf: (x: number, y: number) => number,
): T {
  const out = data.slice() as T;
  for (let y = 0, to = 0; y < size.height; y++) {
    for (let x = 0; x < size.width; x++) {
      const from = sourceOf(x, y) * channels;
      for (let c = 0; c < channels; c++) out[to++] = data[from + c]!;
    }
  }
  return out;
}
