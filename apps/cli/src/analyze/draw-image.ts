/** @file The overlay of one image: the picture with its cells, and below it a legend with counts. */
import { isNamed, legendOf, overlayCells, type ShownCell, shownCell } from '@leukoscope/analysis';
import {
  type CellClass,
  createRgbRaster,
  type Finding,
  type RgbRaster,
  type Size,
  type TypeDepth,
} from '@leukoscope/core';
import {
  drawLegend,
  drawOverlay,
  pasteInPlace,
  resizeRaster,
  toRgbRaster,
  warpPlacedMask,
} from '@leukoscope/image';
import type { Preview } from '@leukoscope/pipeline';

/** Overlays are drawn at no more than this; larger images are shown smaller. */
export const longestOverlay = 3200;

/** How cells are named. */
export interface DrawStyle {
  readonly classes: readonly CellClass[];
  readonly depth: TypeDepth;
}

/** Draw the cells on a picture of the image. */
export function drawCells(
  { raster, factor }: Preview,
  findings: readonly Finding[],
  { classes, depth }: DrawStyle,
): { readonly raster: RgbRaster; readonly shown: readonly ShownCell[] } {
  const shown = findings.map((finding) =>
    shownCell(factor === 1 ? finding : shrink(finding, factor, raster), classes, depth),
  );
  const plain = shown.filter(({ finding }) => !isNamed(finding.cellClass));
  const named = shown.filter(({ finding }) => isNamed(finding.cellClass));
  // Red cells and platelets stay in the background: a thin line, no name.
  const scale = Math.max(1, Math.max(raster.width, raster.height) / 1000);
  const thin = drawOverlay(raster, overlayCells(plain), { lineWidth: 0.8 * scale, labels: false });
  return { raster: drawOverlay(thin, overlayCells(named)), shown };
}

/** Put the legend below the drawn picture. */
export function withLegend(drawn: RgbRaster, shown: readonly ShownCell[]): RgbRaster {
  const entries = legendOf(shown);
  if (entries.length === 0) return drawn;
  // The legend's letters are 13 pixels high: on large pictures it is drawn smaller and enlarged.
  const zoom = Math.max(1, Math.max(drawn.width, drawn.height) / 1000);
  const legend = drawLegend(entries, Math.round(drawn.width / zoom));
  const size = { width: drawn.width, height: Math.round(legend.height * zoom) };
  const enlarged = zoom === 1 ? legend : toRgbRaster(resizeRaster(legend, size));
  const page = createRgbRaster({ width: drawn.width, height: drawn.height + enlarged.height });
  pasteInPlace(page, drawn, 0, 0);
  pasteInPlace(page, enlarged, 0, drawn.height);
  return page;
}

/** Make a picture no larger than a side. */
export function fitWithin(raster: RgbRaster, longest: number): RgbRaster {
  const scale = longest / Math.max(raster.width, raster.height);
  if (scale >= 1) return raster;
  const size = {
    width: Math.max(1, Math.round(raster.width * scale)),
    height: Math.max(1, Math.round(raster.height * scale)),
  };
  return toRgbRaster(resizeRaster(raster, size));
}

function shrink(finding: Finding, factor: number, size: Size): Finding {
  const { box, mask: _mask, ...rest } = finding;
  const mask =
    finding.mask === undefined
      ? undefined
      : warpPlacedMask(finding.mask, { toSource: [factor, 0, 0, 0, factor, 0] }, size);
  return {
    ...rest,
    box: { x1: box.x1 / factor, y1: box.y1 / factor, x2: box.x2 / factor, y2: box.y2 / factor },
    ...(mask === undefined ? {} : { mask }),
  };
}
