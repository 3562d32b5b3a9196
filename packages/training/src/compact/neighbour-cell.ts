/**
 * @file Lays a second cell beside the one of a view, touching or covering it: the one in the middle
 * decides type and outline.
 *
 * The neighbour keeps its optical density and takes on the light of the view. Where it lies on top, what
 * it hides is gone from the outline; where the view's cell is outlined it may lie on top instead.
 */
import type { Random } from '@leukoscope/core';
import { type CellCrop, cellSide, storeSide } from './cell-crop.ts';
import type { CropView } from './crop-view.ts';
import { brightEnd, type Light } from './stain-change.ts';
import { beyondBorder, type StoreMap } from './store-map.ts';

/** A cell with a known outline. */
export type OutlinedCrop = CellCrop & { readonly mask: Uint8Array };

/** Tell whether a crop is outlined. */
export function isOutlined(crop: CellCrop): crop is OutlinedCrop {
  return crop.mask !== undefined;
}

const lights = new WeakMap<CellCrop, Light>();

/** Estimate the light of a crop once. */
export function lightOf(crop: CellCrop): Light {
  let light = lights.get(crop);
  if (light === undefined) {
    const plane = storeSide * storeSide;
    light = brightEnd((c, i) => crop.pixels[c * plane + i]!, plane);
    lights.set(crop, light);
  }
  return light;
}

/** Lay a neighbour into a view whose pixels and mask are read already. */
export function layNeighbourInPlace(
  view: CropView,
  crop: CellCrop,
  neighbour: OutlinedCrop,
  map: StoreMap,
  random: Random,
): void {
  const direction = random.uniform(0, 2 * Math.PI);
  const turn = random.uniform(0, 2 * Math.PI);
  const scale = random.uniform(0.75, 1.3);
  const distance = random.uniform(0.62, 1.15) * (0.5 + 0.5 * scale) * cellSide * 0.95;
  const isBelow = crop.mask !== undefined && random.chance(0.5);
  const toLight = lightOf(crop);
  const fromLight = lightOf(neighbour);
  const gain = toLight.map((value, c) => value / fromLight[c]!) as [number, number, number];
  const middle = storeSide / 2;
  const cos = Math.cos(turn) / scale;
  const sin = Math.sin(turn) / scale;
  const offX = middle + distance * Math.cos(direction);
  const offY = middle + distance * Math.sin(direction);
  const { side, image, imageOffset, mask, maskOffset } = view;
  const half = side / 2;
  const plane = side * side;
  const storePlane = storeSide * storeSide;
  for (let y = 0, i = imageOffset; y < side; y++) {
    for (let x = 0; x < side; x++, i++) {
      if (image[i] === beyondBorder) continue;
      const dx = map.origin[0] + map.right[0] * (x + 0.5) + map.down[0] * (y + 0.5) - offX;
      const dy = map.origin[1] + map.right[1] * (x + 0.5) + map.down[1] * (y + 0.5) - offY;
      const u = Math.floor(middle + cos * dx + sin * dy);
      const v = Math.floor(middle - sin * dx + cos * dy);
      if (u < 0 || v < 0 || u >= storeSide || v >= storeSide) continue;
      const at = v * storeSide + u;
      let share = neighbour.mask[at]! / 255;
      if (share === 0) continue;
      const inMask = maskOffset + (y >> 1) * half + (x >> 1);
      if (isBelow) share *= 1 - mask[inMask]!;
      else if ((x & 1) === 1 && (y & 1) === 1) mask[inMask]! *= 1 - share;
      for (let c = 0; c < 3; c++) {
        const pasted = Math.min(255, neighbour.pixels[c * storePlane + at]! * gain[c]!);
        const to = i + c * plane;
        image[to] = image[to]! + (pasted - image[to]!) * share;
      }
    }
  }
}
