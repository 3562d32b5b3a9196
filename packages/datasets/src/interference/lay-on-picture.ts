/** @file Lays painted objects on a photographed picture: its light is dimmed by their optical density. */
import type { RgbRaster } from '@leukoscope/core';
import type { ConcentrationPatch } from '../synthesise/concentration.ts';
import type { LightField } from '../synthesise/estimate-light.ts';
import { romanowsky } from '../synthesise/stain.ts';
import { toByte } from './light-factors.ts';

/**
 * Lay a patch on a picture: I = (I (1 - d) + light d) exp(-OD) with d = displacement x cover, because
 * an object that pushes cells aside lies on empty glass.
 */
export function layOnPictureInPlace(
  raster: RgbRaster,
  patch: ConcentrationPatch,
  light: LightField,
  displacement: number,
): void {
  const { chromatin, azure, eosin, haemoglobin } = romanowsky;
  const toX = Math.min(patch.width, raster.width - patch.left);
  const toY = Math.min(patch.height, raster.height - patch.top);
  for (let y = Math.max(0, -patch.top); y < toY; y++) {
    for (let x = Math.max(0, -patch.left); x < toX; x++) {
      const i = y * patch.width + x;
      const cover = patch.cover[i]!;
      if (cover === 0) continue;
      const fieldX = patch.left + x;
      const fieldY = patch.top + y;
      const at = (fieldY * raster.width + fieldX) * 3;
      const moved = displacement * cover;
      for (let c = 0; c < 3; c++) {
        const od =
          patch.chromatin[i]! * chromatin[c]! +
          patch.azure[i]! * azure[c]! +
          patch.eosin[i]! * eosin[c]! +
          patch.haemoglobin[i]! * haemoglobin[c]!;
        const below = raster.data[at + c]! * (1 - moved) + light.at(fieldX, fieldY, c) * moved;
        raster.data[at + c] = toByte(below * Math.exp(-od));
      }
    }
  }
}
