/**
 * @file Lays an outlined cell of another sample beside the first cell of a scene, touching or covering it. It takes on
 * the scene's light; where it lies on top, what it hides is gone from the outline below.
 */
import { createRgbRaster, maskBox, type Random, type Sample } from '@leukoscope/core';
import {
  composeAffine,
  fieldGains,
  invertAffine,
  rotation,
  scaling,
  toRgbRaster,
  translation,
  warpPlacedMask,
  warpRaster,
} from '@leukoscope/image';
import { withOrigin } from './follow-annotations.ts';
import type { Scene } from './mixing-steps.ts';
import type { StepOf } from './recipe.ts';

/** Lay it; the scene itself where either side has no cell, or the partner no outline. */
export function layNeighbour(
  scene: Scene,
  partner: Sample,
  step: StepOf<'neighbour'>,
  draw: Random,
  index: number,
): Scene {
  const direction = draw.uniform(0, 2 * Math.PI);
  const turn = draw.uniform(0, 360);
  const size = draw.uniform(...step.size);
  const distance = draw.uniform(...step.distance);
  const wantsBelow = draw.chance(0.5);
  const own = scene.annotations.find(({ box, isCrowd }) => box !== undefined && !isCrowd);
  const others = withOrigin(partner.annotations, index);
  const other = others.find(({ mask, isCrowd }) => mask !== undefined && !isCrowd);
  const place = other?.mask === undefined ? undefined : maskBox(other.mask);
  if (own?.box === undefined || other?.mask === undefined || place === undefined) return scene;
  const longer = (box: typeof place) => Math.max(box.x2 - box.x1, box.y2 - box.y1);
  const side = longer(own.box);
  const away = distance * side * (0.5 + 0.5 * size);
  const middle = (box: typeof place) => ({ x: (box.x1 + box.x2) / 2, y: (box.y1 + box.y2) / 2 });
  const [from, to] = [middle(place), middle(own.box)];
  const factor = (side * size) / longer(place);
  const toOutput = composeAffine(
    rotation(turn, from),
    scaling(factor, factor, from),
    translation(
      to.x - from.x + away * Math.cos(direction),
      to.y - from.y + away * Math.sin(direction),
    ),
  );
  const map = { toSource: invertAffine(toOutput) };
  const { width, height } = scene.raster;
  const laid = warpPlacedMask(other.mask, map, { width, height });
  const box = laid && maskBox(laid);
  if (laid === undefined || box === undefined) return scene;
  const source = toRgbRaster(partner.raster);
  const pixels = toRgbRaster(warpRaster(source, map, { width, height }));
  const [here, there] = [fieldGains(scene.raster), fieldGains(source)];
  const isBelow = wantsBelow && own.mask !== undefined;
  const raster = createRgbRaster(scene.raster, scene.raster.data.slice());
  const ownMask = own.mask && {
    ...own.mask,
    mask: { ...own.mask.mask, data: own.mask.mask.data.slice() },
  };
  const laidMask = { ...laid, mask: { ...laid.mask, data: laid.mask.data.slice() } };
  for (let y = 0; y < laid.mask.height; y++) {
    for (let x = 0; x < laid.mask.width; x++) {
      const i = y * laid.mask.width + x;
      if (laid.mask.data[i] === 0) continue;
      const px: number = x + laid.left;
      const py: number = y + laid.top;
      const at = ownMask === undefined ? -1 : indexIn(ownMask, px, py);
      if (at >= 0 && ownMask!.mask.data[at] === 1) {
        if (isBelow) {
          laidMask.mask.data[i] = 0;
          continue;
        }
        ownMask!.mask.data[at] = 0;
      }
      const p = (py * width + px) * 3;
      for (let c = 0; c < 3; c++) {
        const value = (pixels.data[p + c]! * there[c]!) / here[c]!;
        raster.data[p + c] = Math.min(255, Math.round(value));
      }
    }
  }
  const left = ownMask && maskBox(ownMask);
  const annotations = scene.annotations.flatMap((annotation) => {
    if (annotation !== own || ownMask === undefined) return [annotation];
    return left === undefined ? [] : [{ ...annotation, mask: ownMask, box: left }];
  });
  const seen = maskBox(laidMask);
  const neighbour = seen === undefined ? [] : [{ ...other, mask: laidMask, box: seen }];
  return { raster, annotations: [...annotations, ...neighbour] };
}

function indexIn(
  { left, top, mask }: NonNullable<Scene['annotations'][number]['mask']>,
  x: number,
  y: number,
): number {
  const [u, v] = [x - left, y - top];
  return u < 0 || v < 0 || u >= mask.width || v >= mask.height ? -1 : v * mask.width + u;
}
