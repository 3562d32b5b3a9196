/** @file Drawn pictures with cells of every class: what the tests of all families train on. */
import {
  type CellClass,
  createRandom,
  createRgbRaster,
  type Sample,
  type Size,
} from '@leukoscope/core';

/** Draw `count` pictures; each has `cells` discs with masks whose colour tells the class. */
export function drawSamples(
  classes: readonly CellClass[],
  size: Size,
  options: { readonly count: number; readonly cells?: number; readonly seed?: number },
): Sample[] {
  const { count, cells = 1, seed = 1 } = options;
  return Array.from({ length: count }, (_, n) => {
    const random = createRandom(seed).fork(n);
    const raster = createRgbRaster(size);
    for (let i = 0; i < raster.data.length; i++) raster.data[i] = 215 + random.integer(0, 20);
    const annotations = Array.from({ length: cells }, (_, i) => {
      const classIndex = (n * cells + i) % classes.length;
      const radius = Math.floor(Math.min(size.width / cells, size.height) * 0.3);
      const centreX = Math.floor(((i + 0.5) * size.width) / cells);
      const centreY = Math.floor(size.height / 2) + random.integer(-2, 3);
      const side = 2 * radius;
      const mask = { width: side, height: side, data: new Uint8Array(side * side) };
      for (let y = 0; y < side; y++) {
        for (let x = 0; x < side; x++) {
          if ((x + 0.5 - radius) ** 2 + (y + 0.5 - radius) ** 2 > radius ** 2) continue;
          mask.data[y * side + x] = 1;
          const at = ((y + centreY - radius) * size.width + x + centreX - radius) * 3;
          for (let c = 0; c < 3; c++) raster.data[at + c] = colourOf(classIndex, c);
        }
      }
      const left = centreX - radius;
      const top = centreY - radius;
      const box = { x1: left, y1: top, x2: left + side, y2: top + side };
      return { box, mask: { left, top, mask }, cellClass: classes[classIndex]! };
    });
    return { raster, annotations };
  });
}

const colourOf = (classIndex: number, channel: number) =>
  40 + ((classIndex * 67 + channel * 53 * (classIndex + 1)) % 140);
