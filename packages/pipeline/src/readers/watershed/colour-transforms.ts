/**
 * @file Two colour transformations of a field, each a plane of 0..255, in which the parts of leukocytes stand out:
 *
 *   violet = (R + B) / 2 - G   the dye of nuclei: the azure dyes and eosin together take green away
 *   blue   = B - min(R, G)     cytoplasm, which takes red too; red cells take blue and have none
 */
import type { RgbRaster, Size } from '@leukoscope/core';

/** One byte a pixel. */
export interface BytePlane extends Size {
  readonly data: Uint8Array;
}

/** What the dye of nuclei colours. */
export function violetOf(raster: RgbRaster): BytePlane {
  return planeOf(raster, (r, g, b) => (r + b) / 2 - g);
}

/** What is bluer than glass and red cells. */
export function blueOf(raster: RgbRaster): BytePlane {
  return planeOf(raster, (r, g, b) => b - Math.min(r, g));
}

function planeOf(
  { width, height, data }: RgbRaster,
  colourOf: (r: number, g: number, b: number) => number,
): BytePlane {
  const plane = new Uint8Array(width * height);
  for (let i = 0; i < plane.length; i++) {
    const value = colourOf(data[i * 3]!, data[i * 3 + 1]!, data[i * 3 + 2]!);
    plane[i] = Math.max(0, Math.min(255, Math.round(value)));
  }
  return { width, height, data: plane };
}
