/** @file Draws fields for the blobs' model: dark blobs on a light ground, typed by their colour. */
import { createRgbRaster } from '@leukoscope/core';
import { encodePng } from '@leukoscope/image';

/** What a blob is for the model. */
export type Blob = 'neutrophil' | 'lymphocyte' | 'unsure';

const colours = {
  neutrophil: [150, 60, 200],
  lymphocyte: [60, 60, 200],
  unsure: [90, 90, 90],
} as const;
const across = 10;

/** Draw a PNG with blobs in rows of ten. `salt` makes otherwise equal images different files. */
export async function drawBlobs(blobs: readonly Blob[], salt = 0): Promise<Uint8Array> {
  const rows = Math.ceil(blobs.length / across);
  const raster = createRgbRaster({ width: 40 * across + 20, height: 40 * rows + 20 });
  raster.data.fill(230);
  raster.data[0] = 200 + (salt % 50);
  raster.data[1] = 200 + Math.floor(salt / 50);
  blobs.forEach((blob, i) => {
    const atX = 30 + 40 * (i % across);
    const atY = 30 + 40 * Math.floor(i / across);
    for (let y = -12; y <= 12; y++) {
      for (let x = -12; x <= 12; x++) {
        if (x * x + y * y > 144) continue;
        raster.data.set(colours[blob], ((atY + y) * raster.width + atX + x) * 3);
      }
    }
  });
  return encodePng(raster);
}
