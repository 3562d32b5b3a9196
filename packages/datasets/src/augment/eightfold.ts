/**
 * @file The marrow paper's eight-fold set (Choi et al. 2017): four quarter turns times two flips.
 *
 * Turning and flipping horizontally or vertically make eight different pictures and no more (the
 * dihedral group of the square), so "no duplication" holds: a vertical flip is a horizontal one turned
 * by 180 degrees.
 */
import type { PlacedMask, Sample, Size } from '@leukoscope/core';
import {
  type Affine,
  composeAffine,
  flipMask,
  flipRaster,
  mapBox,
  rotateMask90,
  rotateRaster90,
  rotation,
  scaling,
  translation,
} from '@leukoscope/image';

/** Make the eight variants; the first is the sample as it was. Pixels are moved, never mixed. */
export function eightfold(sample: Sample): Sample[] {
  return [0, 1, 2, 3, 4, 5, 6, 7].map((variant) => dihedral(sample, variant % 4, variant >= 4));
}

/** Flip horizontally if asked, then turn clockwise by quarter turns. */
export function dihedral(sample: Sample, quarterTurns: number, isFlipped: boolean): Sample {
  const { raster } = sample;
  const flipped = isFlipped ? flipRaster(raster, 'horizontal') : raster;
  const turned = rotateRaster90(flipped, quarterTurns);
  const map = mapOf(raster, quarterTurns, isFlipped);
  return {
    raster: turned,
    annotations: sample.annotations.map((annotation) => ({
      ...annotation,
      ...(annotation.box === undefined ? {} : { box: mapBox(map, annotation.box) }),
      ...(annotation.mask === undefined
        ? {}
        : { mask: moveMask(annotation.mask, map, quarterTurns, isFlipped) }),
    })),
  };
}

function mapOf(size: Size, quarterTurns: number, isFlipped: boolean): Affine {
  const centre = { x: size.width / 2, y: size.height / 2 };
  const mirror: Affine = isFlipped ? scaling(-1, 1, centre) : [1, 0, 0, 0, 1, 0];
  const turn = rotation(90 * quarterTurns, centre);
  const swap =
    quarterTurns % 2 === 0
      ? translation(0, 0)
      : translation((size.height - size.width) / 2, (size.width - size.height) / 2);
  return composeAffine(mirror, turn, swap);
}

function moveMask(
  placed: PlacedMask,
  map: Affine,
  quarterTurns: number,
  isFlipped: boolean,
): PlacedMask {
  const { left, top, mask } = placed;
  const box = mapBox(map, { x1: left, y1: top, x2: left + mask.width, y2: top + mask.height });
  const flipped = isFlipped ? flipMask(mask, 'horizontal') : mask;
  const moved = rotateMask90(flipped, quarterTurns);
  return { left: Math.round(box.x1), top: Math.round(box.y1), mask: moved };
}
