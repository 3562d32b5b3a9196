/**
 * @file Makes a background of a picture with cells: each annotated cell is covered by another place of
 * the same picture that holds none, matched in light and faded in.
 */
import {
  type Box,
  createRandom,
  createRgbRaster,
  LeukoscopeError,
  type Random,
  type RgbRaster,
  type Sample,
} from '@leukoscope/core';
import { estimateLight } from './estimate-light.ts';
import { smoothStep } from './smooth-noise.ts';

/** Options of `eraseCells`. */
export interface EraseOptions {
  readonly seed: number;
  /** Pixels around each box that are replaced too. @default 6 */
  readonly margin?: number;
}

/** Return the raster of an 8-bit RGB sample with all boxed cells covered. */
export function eraseCells(sample: Sample, options: EraseOptions): RgbRaster {
  const { seed, margin = 6 } = options;
  const { raster } = sample;
  const random = createRandom(seed).fork('erase');
  const out = createRgbRaster(raster, Uint8Array.from(raster.data));
  const light = estimateLight(raster);
  const boxes = sample.annotations.flatMap(({ box }) =>
    box === undefined ? [] : [grown(box, margin, raster)],
  );
  for (const box of boxes) {
    const width = box.x2 - box.x1;
    const height = box.y2 - box.y1;
    const from = findFree(raster, width, height, boxes, random);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        // Fades over the margin, 1 in the middle; at the picture's own border it does not fade.
        const share =
          fade(x, width, box.x1 > 0, box.x2 < raster.width, margin) *
          fade(y, height, box.y1 > 0, box.y2 < raster.height, margin);
        const to = ((box.y1 + y) * raster.width + box.x1 + x) * 3;
        const at = ((from.y + y) * raster.width + from.x + x) * 3;
        for (let c = 0; c < 3; c++) {
          const gain = light.at(box.x1 + x, box.y1 + y, c) / light.at(from.x + x, from.y + y, c);
          const value = out.data[to + c]! * (1 - share) + raster.data[at + c]! * gain * share;
          out.data[to + c] = Math.min(255, Math.max(0, Math.round(value)));
        }
      }
    }
  }
  return out;
}

function fade(at: number, length: number, before: boolean, after: boolean, margin: number): number {
  const start = before ? smoothStep(0, margin, at + 0.5) : 1;
  const end = after ? smoothStep(0, margin, length - at - 0.5) : 1;
  return start * end;
}

function grown(box: Box, margin: number, raster: { width: number; height: number }): Box {
  return {
    x1: Math.max(0, Math.floor(box.x1) - margin),
    y1: Math.max(0, Math.floor(box.y1) - margin),
    x2: Math.min(raster.width, Math.ceil(box.x2) + margin),
    y2: Math.min(raster.height, Math.ceil(box.y2) + margin),
  };
}

function findFree(
  raster: { width: number; height: number },
  width: number,
  height: number,
  boxes: readonly Box[],
  random: Random,
): { x: number; y: number } {
  for (let tries = 0; tries < 400; tries++) {
    const x = random.integer(0, raster.width - width + 1);
    const y = random.integer(0, raster.height - height + 1);
    const free = boxes.every(
      (box) => x >= box.x2 || y >= box.y2 || x + width <= box.x1 || y + height <= box.y1,
    );
    if (free) return { x, y };
  }
  throw new LeukoscopeError(
    'SYNTHESIS_NO_BACKGROUND',
    `sample must have a place without cells of ${width} x ${height} pixels. Received none in ${raster.width} x ${raster.height}. Use a picture with fewer cells.`,
  );
}
