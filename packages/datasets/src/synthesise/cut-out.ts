/**
 * @file Cells cut out of a data set's pictures, to be pasted into other scenes.
 *
 * A cut-out keeps optical densities instead of colours (OD = -ln(I / light)), so that it takes on the
 * light of wherever it is pasted. Its soft mask fades over the outermost pixels.
 */
import type { Annotation, PlacedMask, Sample } from '@leukoscope/core';
import { blurPlane } from './blur-plane.ts';
import { estimateLight } from './estimate-light.ts';

/** One cell, cut out. */
export interface CellCutOut {
  readonly width: number;
  readonly height: number;
  /** Optical density, three per pixel. */
  readonly density: Float32Array;
  /** 0 or 1: the cell as annotated. */
  readonly mask: Uint8Array;
  /** 0..1: how opaque it is pasted. */
  readonly opacity: Float32Array;
  readonly annotation: Omit<Annotation, 'box' | 'mask'>;
}

/** Options of `cutOutCell`. */
export interface CutOutOptions {
  /** Deviation of the fading edge in pixels; 0 = hard. @default 1 */
  readonly feather?: number;
}

/** Cut one cell out of an 8-bit RGB sample along its mask. */
export function cutOutCell(
  sample: Sample,
  annotation: Annotation,
  placed: PlacedMask,
  options: CutOutOptions = {},
): CellCutOut {
  const { feather = 1 } = options;
  const { raster } = sample;
  const light = estimateLight(raster);
  const margin = Math.ceil(3 * feather) + 1;
  const width = placed.mask.width + 2 * margin;
  const height = placed.mask.height + 2 * margin;
  const mask = new Uint8Array(width * height);
  const density = new Float32Array(width * height * 3);
  for (let y = 0, i = 0; y < height; y++) {
    // Beyond the picture's edge its outermost pixels go on; the mask is empty there.
    const fieldY = Math.min(raster.height - 1, Math.max(0, placed.top + y - margin));
    for (let x = 0; x < width; x++, i++) {
      const fieldX = Math.min(raster.width - 1, Math.max(0, placed.left + x - margin));
      const inX = x - margin;
      const inY = y - margin;
      const inMask = inX >= 0 && inY >= 0 && inX < placed.mask.width && inY < placed.mask.height;
      if (inMask) mask[i] = placed.mask.data[inY * placed.mask.width + inX]!;
      const at = (fieldY * raster.width + fieldX) * raster.channels;
      for (let c = 0; c < 3; c++) {
        const value = Math.max(1, raster.data[at + c]!);
        density[i * 3 + c] = Math.log(light.at(fieldX, fieldY, c) / value);
      }
    }
  }
  const soft = blurPlane(Float32Array.from(mask), width, height, feather);
  // Pulled inwards a little, or a rim of the old surroundings comes along.
  const opacity =
    feather === 0 ? soft : soft.map((value) => Math.min(1, Math.max(0, (value - 0.3) / 0.6)));
  const { box: _box, mask: _mask, ...rest } = annotation;
  return { width, height, density, mask, opacity, annotation: rest };
}
