/**
 * @file Incomplete cells: the picture is cropped so that its new border cuts through a leukocyte.
 *
 * The border runs where the wanted share of the cell's own pixels is left. All annotations follow;
 * what lies wholly outside is dropped.
 */
import {
  type Annotation,
  type Box,
  clipBox,
  maskArea,
  maskBox,
  type PlacedMask,
  type Random,
  type RgbRaster,
  type Sample,
  toPlacedMask,
} from '@leukoscope/core';
import { cropMask, cropRaster } from '@leukoscope/image';
import { requireLeukocytes } from './leukocytes-of.ts';
import type { Severity } from './severity.ts';

/** Share of the cell that stays in the picture. */
export const visibleShares = [0.5, 0.44, 0.375, 0.31, 0.25] as const;

/** Crop the picture through a leukocyte. */
export function cutAtBorder(
  sample: Sample,
  raster: RgbRaster,
  severity: Severity,
  random: Random,
): { raster: RgbRaster; annotations: readonly Annotation[] } {
  const { mask } = random.pick(requireLeukocytes(sample, 'incomplete-cells'));
  const share = visibleShares[severity - 1]!;
  const windows = (['left', 'right', 'top', 'bottom'] as const)
    .map((side) => windowThrough(mask, side, share, raster))
    .sort((a, b) => areaOf(b) - areaOf(a));
  // Of the four borders, one of the two that keep most of the picture.
  return cropSample(sample, raster, random.pick(windows.slice(0, 2)));
}

/** Cut a sample to a window of whole pixels inside it. */
export function cropSample(
  sample: Sample,
  raster: RgbRaster,
  window: Box,
): { raster: RgbRaster; annotations: readonly Annotation[] } {
  const cropped = cropRaster(raster, window);
  const annotations = sample.annotations.flatMap((annotation) => moveInto(annotation, window));
  return { raster: { ...raster, ...cropped } as RgbRaster, annotations };
}

/** The window whose border on one side leaves `share` of the mask's pixels. */
function windowThrough(
  placed: PlacedMask,
  side: 'left' | 'right' | 'top' | 'bottom',
  share: number,
  raster: RgbRaster,
): Box {
  const { mask, left, top } = placed;
  const across = side === 'left' || side === 'right';
  const lines = across ? mask.width : mask.height;
  const perLine = new Array<number>(lines).fill(0);
  for (let y = 0, i = 0; y < mask.height; y++) {
    for (let x = 0; x < mask.width; x++, i++) perLine[across ? x : y]! += mask.data[i]!;
  }
  const wanted = share * maskArea(mask);
  // The border on the right keeps the lines before it, that on the left the lines after it.
  const fromStart = side === 'right' || side === 'bottom';
  let kept = 0;
  let line = 0;
  for (; line < lines - 1; line++) {
    const next = perLine[fromStart ? line : lines - 1 - line]!;
    if (kept + next / 2 >= wanted) break;
    kept += next;
  }
  const offset = fromStart ? line : lines - line;
  const full = { x1: 0, y1: 0, x2: raster.width, y2: raster.height };
  const at = (origin: number, limit: number) => Math.min(limit - 1, Math.max(1, origin + offset));
  if (side === 'left') return { ...full, x1: at(left, raster.width) };
  if (side === 'right') return { ...full, x2: at(left, raster.width) };
  if (side === 'top') return { ...full, y1: at(top, raster.height) };
  return { ...full, y2: at(top, raster.height) };
}

function moveInto(annotation: Annotation, window: Box): Annotation[] {
  if (annotation.box === undefined) return [annotation];
  if (annotation.mask !== undefined) {
    const { left, top, mask } = annotation.mask;
    const part = clipBox(
      { x1: window.x1 - left, y1: window.y1 - top, x2: window.x2 - left, y2: window.y2 - top },
      mask,
    );
    if (areaOf(part) === 0) return [];
    const cut = toPlacedMask(cropMask(mask, part));
    if (cut === undefined) return [];
    const moved = {
      left: cut.left + left + part.x1 - window.x1,
      top: cut.top + top + part.y1 - window.y1,
      mask: cut.mask,
    };
    return [{ ...annotation, mask: moved, box: maskBox(moved)! }];
  }
  const size = { width: window.x2 - window.x1, height: window.y2 - window.y1 };
  const { x1, y1, x2, y2 } = annotation.box;
  const box = clipBox(
    { x1: x1 - window.x1, y1: y1 - window.y1, x2: x2 - window.x1, y2: y2 - window.y1 },
    size,
  );
  return box.x2 > box.x1 && box.y2 > box.y1 ? [{ ...annotation, box }] : [];
}

function areaOf(box: Box): number {
  return (box.x2 - box.x1) * (box.y2 - box.y1);
}
