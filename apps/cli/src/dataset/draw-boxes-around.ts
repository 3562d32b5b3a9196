/** @file The surroundings of some boxes about one cell, cut out and drawn on: what is disputed is seen at a glance. */
import type { Box, RgbRaster } from '@leukoscope/core';
import {
  cropRaster,
  drawOverlay,
  type OverlayCell,
  resizeRaster,
  toRgbRaster,
} from '@leukoscope/image';

/** A box of the picture, with colour and name. */
export interface NamedBox {
  readonly box: Box;
  readonly colour: OverlayCell['colour'];
  readonly label: string;
}

/** Cut a square around the boxes, bring it to `sizePx` and draw them. */
export function drawBoxesAround(
  raster: RgbRaster,
  boxes: readonly NamedBox[],
  sizePx: number,
): RgbRaster {
  const union = boxes
    .map(({ box }) => box)
    .reduce((a, b) => ({
      x1: Math.min(a.x1, b.x1),
      y1: Math.min(a.y1, b.y1),
      x2: Math.max(a.x2, b.x2),
      y2: Math.max(a.y2, b.y2),
    }));
  const side = Math.max(16, Math.ceil(Math.max(union.x2 - union.x1, union.y2 - union.y1) * 1.5));
  const left = Math.round((union.x1 + union.x2 - side) / 2);
  const top = Math.round((union.y1 + union.y2 - side) / 2);
  const window = { x1: left, y1: top, x2: left + side, y2: top + side };
  const crop = cropRaster(raster, window, { padding: [255, 255, 255] });
  const scale = sizePx / side;
  const place = ({ x1, y1, x2, y2 }: Box): Box => ({
    x1: (x1 - left) * scale,
    y1: (y1 - top) * scale,
    x2: (x2 - left) * scale,
    y2: (y2 - top) * scale,
  });
  const small = toRgbRaster(resizeRaster(crop, { width: sizePx, height: sizePx }));
  return drawOverlay(
    small,
    boxes.map(({ box, colour, label }) => ({ box: place(box), colour, label })),
    { lineWidth: 1.6, textSizePx: 12 },
  );
}
