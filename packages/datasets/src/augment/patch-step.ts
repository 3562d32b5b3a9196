/** @file SSD's sampling (Liu et al. 2016, section 2.2): a part of the picture in which a cell is large, or the picture made small. */
import { type Annotation, type Box, boxIou, type Random, type Size } from '@leukoscope/core';
import { type Affine, mapBox } from '@leukoscope/image';
import type { StepOf } from './recipe.ts';

/** A canvas, and where on it the picture lies. */
export interface Placed {
  readonly size: Size;
  readonly left: number;
  readonly top: number;
}

const tries = 50;

/** Draw a larger canvas. */
export function drawExpansion(
  { width, height }: Size,
  step: StepOf<'expand'>,
  draw: Random,
): Placed {
  const factor = draw.uniform(...step.factor);
  const size = { width: Math.round(width * factor), height: Math.round(height * factor) };
  return {
    size,
    left: Math.round(draw.uniform(0, size.width - width)),
    top: Math.round(draw.uniform(0, size.height - height)),
  };
}

/** Draw a part of the canvas; undefined where none fits. `affine` brings the annotations there. */
export function drawPatch(
  { width, height }: Size,
  step: StepOf<'patch'>,
  annotations: readonly Annotation[],
  affine: Affine,
  draw: Random,
): Box | undefined {
  const cells = annotations.flatMap(({ box, isCrowd }) =>
    box === undefined || isCrowd === true ? [] : [mapBox(affine, box)],
  );
  const least = draw.pick(step.leastIou);
  for (let i = 0; i < tries; i++) {
    const w = Math.round(width * draw.uniform(...step.side));
    const h = Math.round(height * draw.uniform(...step.side));
    const [x1, y1] = [draw.integer(0, width - w + 1), draw.integer(0, height - h + 1)];
    const patch = { x1, y1, x2: x1 + w, y2: y1 + h };
    const isFlat = w / h < step.aspect[0] || w / h > step.aspect[1];
    const fits = (cell: Box) => holdsMiddle(patch, cell) && boxIou(patch, cell) >= least;
    if (!isFlat && cells.some(fits)) return patch;
  }
  return undefined;
}

function holdsMiddle(patch: Box, { x1, y1, x2, y2 }: Box): boolean {
  const [x, y] = [(x1 + x2) / 2, (y1 + y2) / 2];
  return x >= patch.x1 && x < patch.x2 && y >= patch.y1 && y < patch.y2;
}
