/**
 * @file Where each output pixel comes from: an affine map from output to source and, on top of it, a
 * displacement. Rasters and masks are read through the same map, so they cannot drift apart.
 */
import { type Box, clipBox, type Size } from '@leukoscope/core';
import { type Affine, invertAffine, mapBox } from './affine.ts';
import type { Displacement } from './displacement.ts';

/** A map from output pixels to source pixels. */
export interface PixelMap {
  /** Output point -> source point. */
  readonly toSource: Affine;
  /** Added to the source point; its grid lies on the output. */
  readonly displacement?: Displacement | undefined;
}

/** Write the source coordinates of the centres of output pixels x1..x2-1 of row y. */
export function fillSourceRow(
  map: PixelMap,
  y: number,
  x1: number,
  x2: number,
  sourceX: Float32Array,
  sourceY: Float32Array,
): void {
  const [a, b, c, d, e, f] = map.toSource;
  const startX = a * 0.5 + b * (y + 0.5) + c;
  const startY = d * 0.5 + e * (y + 0.5) + f;
  for (let x = x1; x < x2; x++) {
    sourceX[x - x1] = startX + a * x;
    sourceY[x - x1] = startY + d * x;
  }
  if (map.displacement !== undefined) {
    addDisplacementRow(map.displacement, y, x1, x2, sourceX, sourceY);
  }
}

function addDisplacementRow(
  field: Displacement,
  y: number,
  x1: number,
  x2: number,
  sourceX: Float32Array,
  sourceY: Float32Array,
): void {
  const { spacing, columns, dx, dy } = field;
  const gridY = (y + 0.5) / spacing;
  const row = Math.min(Math.floor(gridY), field.rows - 2);
  const down = gridY - row;
  // Within one grid cell the bilinear value runs along a straight line in x.
  for (let x = x1; x < x2; ) {
    const column = Math.min(Math.floor((x + 0.5) / spacing), columns - 2);
    const end = Math.min(x2, column === columns - 2 ? x2 : Math.ceil((column + 1) * spacing - 0.5));
    const top = row * columns + column;
    const bottom = top + columns;
    const leftX = dx[top]! * (1 - down) + dx[bottom]! * down;
    const leftY = dy[top]! * (1 - down) + dy[bottom]! * down;
    const stepX = (dx[top + 1]! * (1 - down) + dx[bottom + 1]! * down - leftX) / spacing;
    const stepY = (dy[top + 1]! * (1 - down) + dy[bottom + 1]! * down - leftY) / spacing;
    const offset = 0.5 - column * spacing;
    const stop = Math.max(end, x + 1);
    for (; x < stop; x++) {
      sourceX[x - x1]! += leftX + stepX * (x + offset);
      sourceY[x - x1]! += leftY + stepY * (x + offset);
    }
  }
}

/** Return whole output pixels that can show any part of a source box, clipped to the output. */
export function outputBoxOf(map: PixelMap, sourceBox: Box, output: Size): Box {
  const reach = (map.displacement?.reach ?? 0) + 1;
  const wide = {
    x1: sourceBox.x1 - reach,
    y1: sourceBox.y1 - reach,
    x2: sourceBox.x2 + reach,
    y2: sourceBox.y2 + reach,
  };
  const box = mapBox(invertAffine(map.toSource), wide);
  return clipBox(
    {
      x1: Math.floor(box.x1),
      y1: Math.floor(box.y1),
      x2: Math.ceil(box.x2),
      y2: Math.ceil(box.y2),
    },
    output,
  );
}
