/**
 * @file The picture ends within a cell, as at the border of a field: what lies beyond is border, and the cell is what
 * is left of it.
 */
import { type Box, createRgbRaster, type Random } from '@leukoscope/core';
import { translation } from '@leukoscope/image';
import type { AugmentedAnnotation } from './augmented-sample.ts';
import { type FollowRules, followAnnotations } from './follow-annotations.ts';
import type { Scene } from './mixing-steps.ts';
import { shiftAnnotation } from './mixing-steps.ts';
import type { StepOf } from './recipe.ts';

/** A scene that ends before its raster does. */
export interface CutScene extends Scene {
  /** The part of the raster that is picture. */
  readonly ends: Box;
  /** The cell at the end: all of it, and what is left. */
  readonly cut: { readonly whole: Box; readonly left: Box } | undefined;
}

/** Let a scene end within one of its cells; undefined where it has none. */
export function cutScene(
  scene: Scene,
  step: StepOf<'cut'>,
  rules: FollowRules,
  draw: Random,
): CutScene | undefined {
  const cells = scene.annotations.filter(({ box, isCrowd }) => box !== undefined && !isCrowd);
  if (cells.length === 0) return undefined;
  const cell = draw.pick(cells);
  const ends = endsWithin(cell.box!, scene.raster, draw.uniform(...step.shown), draw.integer(0, 4));
  const [width, height] = [ends.x2 - ends.x1, ends.y2 - ends.y1];
  if (width < 1 || height < 1) return undefined;
  const seen = followAnnotations(
    scene.annotations,
    { toSource: translation(ends.x1, ends.y1) },
    { width, height },
    rules,
  ).map((annotation) => shiftAnnotation(annotation, ends.x1, ends.y1));
  const left = seen.find((annotation) => isSame(annotation, cell))?.box;
  return {
    raster: scene.raster,
    annotations: seen,
    ends,
    cut: left === undefined ? undefined : { whole: cell.box!, left },
  };
}

/** The raster with a colour beyond its end. */
export function paintBeyond({ raster, ends }: CutScene, colour: readonly number[]) {
  const painted = createRgbRaster(raster, raster.data.slice());
  const { width, height } = raster;
  for (let y = 0, i = 0; y < height; y++) {
    const isRow = y >= ends.y1 && y < ends.y2;
    for (let x = 0; x < width; x++, i += 3) {
      if (isRow && x >= ends.x1 && x < ends.x2) continue;
      painted.data.set(colour, i);
    }
  }
  return painted;
}

/** Where a picture ends so that a share of a cell is left at one of its four sides, in whole pixels. */
function endsWithin(
  cell: Box,
  { width, height }: { readonly width: number; readonly height: number },
  shown: number,
  side: number,
): Box {
  const whole = { x1: 0, y1: 0, x2: width, y2: height };
  const across = Math.round(shown * (cell.x2 - cell.x1));
  const down = Math.round(shown * (cell.y2 - cell.y1));
  switch (side) {
    case 0:
      return { ...whole, x1: Math.max(0, Math.round(cell.x2) - across) };
    case 1:
      return { ...whole, x2: Math.min(width, Math.round(cell.x1) + across) };
    case 2:
      return { ...whole, y1: Math.max(0, Math.round(cell.y2) - down) };
    default:
      return { ...whole, y2: Math.min(height, Math.round(cell.y1) + down) };
  }
}

const isSame = (a: AugmentedAnnotation, b: AugmentedAnnotation) =>
  a.from.sample === b.from.sample && a.from.annotation === b.from.annotation;
