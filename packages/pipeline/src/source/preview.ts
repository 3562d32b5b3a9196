/**
 * @file A small picture of an image of any size, made strip by strip.
 *
 * Each pixel is the mean of k x k pixels with k = ceil(longer side / longest); the last row and column
 * average what is left.
 */
import { type Box, createRgbRaster, type RgbRaster } from '@leukoscope/core';
import type { OpenImage } from './open-image.ts';

/** A picture at 1/`factor` of the image's size. */
export interface Preview {
  readonly raster: RgbRaster;
  readonly factor: number;
}

const rowsAtOnce = 1024;

/** Make a picture whose longer side is at most `longest`; the image itself where it is that small. */
export async function makePreview(image: OpenImage, longest: number): Promise<Preview> {
  const { width, height } = image.size;
  const factor = Math.max(1, Math.ceil(Math.max(width, height) / longest));
  if (factor === 1) {
    return { raster: await image.read({ x1: 0, y1: 0, x2: width, y2: height }), factor };
  }
  const raster = createRgbRaster({
    width: Math.ceil(width / factor),
    height: Math.ceil(height / factor),
  });
  const rows = Math.max(1, Math.floor(rowsAtOnce / factor)) * factor;
  for (let y = 0; y < height; y += rows) {
    const box = { x1: 0, y1: y, x2: width, y2: Math.min(height, y + rows) };
    averageInPlace(raster, await image.read(box), box, factor);
  }
  return { raster, factor };
}

function averageInPlace(preview: RgbRaster, strip: RgbRaster, box: Box, factor: number): void {
  const firstRow = box.y1 / factor;
  const rows = Math.ceil(strip.height / factor);
  for (let row = 0; row < rows; row++) {
    const yEnd = Math.min(strip.height, (row + 1) * factor);
    for (let column = 0; column < preview.width; column++) {
      const xEnd = Math.min(strip.width, (column + 1) * factor);
      let r = 0;
      let g = 0;
      let b = 0;
      let count = 0;
      for (let y = row * factor; y < yEnd; y++) {
        for (let x = column * factor, i = (y * strip.width + x) * 3; x < xEnd; x++, i += 3) {
          r += strip.data[i]!;
          g += strip.data[i + 1]!;
          b += strip.data[i + 2]!;
          count++;
        }
      }
      const at = ((firstRow + row) * preview.width + column) * 3;
      preview.data[at] = Math.round(r / count);
      preview.data[at + 1] = Math.round(g / count);
      preview.data[at + 2] = Math.round(b / count);
    }
  }
}
