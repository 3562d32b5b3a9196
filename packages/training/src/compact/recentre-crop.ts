/**
 * @file Cuts a stored crop again around a better box, without going back to the image.
 *
 * A first box by rules is often a fifth too large or off its cell; the outline that the refiner draws in
 * such a crop gives the box that inference would use. Only the store's own pixels are read, so what a
 * larger box would need beyond them is grey.
 */
import { type Box, maskBox, type RgbRaster } from '@leukoscope/core';
import { refinerMask, sampleSquareInPlace } from '@leukoscope/models';
import { type CellCrop, cellSide, storeSide } from './cell-crop.ts';

/**
 * Return the box, in stored pixels, of the outline in a plain view's mask logits [side, side];
 * undefined where the outline is no believable cell.
 */
export function outlinedBoxInStore(maskLogits: ArrayLike<number>, margin: number): Box | undefined {
  const side = cellSide * margin;
  const left = (storeSide - side) / 2;
  const store = { width: storeSide, height: storeSide };
  const mask = refinerMask(maskLogits, { left, top: left, side }, store);
  const box = mask === undefined ? undefined : maskBox(mask);
  if (box === undefined) return undefined;
  const longer = Math.max(box.x2 - box.x1, box.y2 - box.y1);
  const off = Math.hypot((box.x1 + box.x2 - storeSide) / 2, (box.y1 + box.y2 - storeSide) / 2);
  // Half to one and a third of the old box, its centre within a third: else the outline is another's.
  const isBelievable = longer > 0.5 * cellSide && longer < 1.34 * cellSide && off < cellSide / 3;
  return isBelievable ? box : undefined;
}

/** Cut a crop without a mask again so that `box`, in stored pixels, takes the place of the cell. */
export function recentreCrop({ pixels }: Pick<CellCrop, 'pixels'>, box: Box): CellCrop {
  const side = (Math.max(box.x2 - box.x1, box.y2 - box.y1) * storeSide) / cellSide;
  const square = { left: (box.x1 + box.x2 - side) / 2, top: (box.y1 + box.y2 - side) / 2, side };
  const again = new Uint8Array(pixels.length);
  sampleSquareInPlace(toRaster(pixels), square, storeSide, again);
  return { pixels: again };
}

/** Planes -> interleaved pixels. */
function toRaster(planes: Uint8Array): RgbRaster {
  const count = storeSide * storeSide;
  const data = new Uint8Array(planes.length);
  for (let i = 0; i < count; i++) {
    for (let c = 0; c < 3; c++) data[i * 3 + c] = planes[c * count + i]!;
  }
  return { width: storeSide, height: storeSide, channels: 3, bitDepth: 8, data };
}
