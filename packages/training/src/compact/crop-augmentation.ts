/**
 * @file Draws training views of stored crops: turned, scaled, shifted, bent, cut at a border, beside a
 * neighbour, restained, recoloured, dimmed, blurred, noisy.
 */
import type { Random } from '@leukoscope/core';
import type { CellCrop } from './cell-crop.ts';
import { changeColoursInPlace, drawColourChange } from './colour-change.ts';
import { type CropVariation, type CropView, mildly } from './crop-view.ts';
import { layNeighbourInPlace, lightOf, type OutlinedCrop } from './neighbour-cell.ts';
import { changeStainInPlace, dimInPlace, drawStainChange } from './stain-change.ts';
import { drawStoreMap, fillBorderInPlace, readImage, readMask } from './store-map.ts';

/** Draw one view of a crop; `margin` is the view's side over the cell's longer side. */
export function drawCropInPlace(
  view: CropView,
  crop: CellCrop,
  margin: number,
  widest: CropVariation,
  random: Random,
  /** Cells that may be laid beside it. */
  neighbours: readonly OutlinedCrop[] = [],
): void {
  const variation = random.chance(widest.mild) ? mildly(widest) : widest;
  const { side } = view;
  const map = drawStoreMap(side, margin, variation, random);
  readImage(view, crop, map);
  if (crop.mask !== undefined) readMask(view, crop.mask, map);
  if (neighbours.length > 0 && random.chance(variation.neighbours)) {
    layNeighbourInPlace(view, crop, random.pick(neighbours), map, random);
  }
  const plane = side * side;
  const { image, imageOffset } = view;
  if (variation.stain > 0 && random.chance(variation.stain)) {
    changeStainInPlace(image, imageOffset, plane, lightOf(crop), drawStainChange(random));
  }
  if (variation.colour > 0) {
    const strength = variation.colour * (random.chance(0.3) ? 1.8 : 0.8);
    changeColoursInPlace(image, imageOffset, plane, drawColourChange(random, strength));
  }
  if (variation.dim > 0 && random.chance(variation.dim)) {
    dimInPlace(image, imageOffset, side, random);
  }
  fillBorderInPlace(view);
  if (random.chance(variation.damage)) blurInPlace(view, random.integer(1, 4));
  if (random.chance(variation.damage)) addNoiseInPlace(view, random.uniform(1, 9), random);
}

/** Average three neighbours along rows, then along columns, `times` times. */
function blurInPlace({ image, imageOffset, side }: CropView, times: number): void {
  for (let pass = 0; pass < times * 2; pass++) {
    const [step, line] = pass % 2 === 0 ? [1, side] : [side, 1];
    for (let start = 0; start < 3 * side; start++) {
      const first = imageOffset + Math.floor(start / side) * side * side + (start % side) * line;
      let before = image[first]!;
      for (let k = 1, i = first + step; k < side - 1; k++, i += step) {
        const here = image[i]!;
        image[i] = (before + here + image[i + step]!) / 3;
        before = here;
      }
    }
  }
}

/** Normal noise from a table of draws, read from a random place. */
function addNoiseInPlace(view: CropView, deviation: number, random: Random): void {
  const table = Float32Array.from({ length: 1021 }, () => random.normal(0, deviation));
  const { image, imageOffset, side } = view;
  let at = random.integer(0, table.length);
  for (let i = imageOffset; i < imageOffset + 3 * side * side; i++) {
    image[i] = Math.min(255, Math.max(0, image[i]! + table[at]!));
    // Steps of 7 and 8 keep the table's period out of step with the rows.
    at = (at + 7 + (i & 1)) % table.length;
  }
}
