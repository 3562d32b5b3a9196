/** @file Many small pictures on one page, each with a caption; and a legend of colours. */
import {
  createRgbRaster,
  LeukoscopeError,
  type Raster,
  type RgbRaster,
  type Size,
} from '@leukoscope/core';
import { toRgbRaster } from '../colour/to-rgb-raster.ts';
import { placementOf } from '../geometry/placement.ts';
import { resizeRaster } from '../geometry/resize.ts';
import type { Rgb } from './colour-of-class.ts';
import { coverPolygons } from './coverage.ts';
import { roundedBox } from './overlay.ts';
import { paintBoxInPlace, paintCoverageInPlace, pasteInPlace } from './paint.ts';
import { capHeight, drawTextInPlace, fitText, measureText } from './text.ts';

/** One picture of a contact sheet. */
export interface ContactSheetItem {
  readonly raster: Raster;
  readonly caption?: string | undefined;
  /** A bar of this colour above the caption. */
  readonly colour?: Rgb | undefined;
}

/** Options of `drawContactSheet`. */
export interface ContactSheetOptions {
  /** @default as many as make the sheet about square */
  readonly columns?: number;
  /** Width of each picture's place in pixels; pictures are fitted in. @default 160 */
  readonly cellSizePx?: number;
  /** Height of the place, for pictures that are all wider than high. @default cellSizePx */
  readonly cellHeightPx?: number;
  readonly title?: string | undefined;
  /** Colours and their names, below the title. @default [] */
  readonly legend?: readonly LegendEntry[];
}

/** One line of a legend. */
export interface LegendEntry {
  readonly colour: Rgb;
  readonly name: string;
}

const gap = 10;
const ink: Rgb = [34, 34, 34];
const paper: Rgb = [255, 255, 255];
const captionSizePx = 12;

/** Lay pictures out in rows. */
export function drawContactSheet(
  items: readonly ContactSheetItem[],
  options: ContactSheetOptions = {},
): RgbRaster {
  if (items.length === 0) {
    throw new LeukoscopeError('CONTACT_SHEET_EMPTY', 'items must hold one or more. Received 0.');
  }
  const {
    columns = Math.max(1, Math.ceil(Math.sqrt(items.length))),
    cellSizePx = 160,
    cellHeightPx = cellSizePx,
    title,
    legend = [],
  } = options;
  const place = { width: cellSizePx, height: cellHeightPx };
  const captionHeight = items.some((item) => item.caption !== undefined) ? 22 : 0;
  const width = gap + columns * (cellSizePx + gap);
  const legendRows = layOutLegend(legend, width - 2 * gap);
  const titleHeight = title === undefined ? 0 : 30;
  const legendHeight = legendRows.length * 22;
  const rows = Math.ceil(items.length / columns);
  const cellHeight = cellHeightPx + captionHeight + gap;
  const height = gap + titleHeight + legendHeight + rows * cellHeight;
  const sheet = createRgbRaster({ width, height });
  paintBoxInPlace(sheet, { x1: 0, y1: 0, x2: width, y2: height }, paper);
  if (title !== undefined) {
    const text = fitText(title, width - 2 * gap, 18);
    drawTextInPlace(sheet, text, { x: gap, y: gap + 16 }, { sizePx: 18, colour: ink });
  }
  drawLegendRows(sheet, legendRows, gap + titleHeight);
  items.forEach((item, i) => {
    const left = gap + (i % columns) * (cellSizePx + gap);
    const top = gap + titleHeight + legendHeight + Math.floor(i / columns) * cellHeight;
    drawItem(sheet, item, left, top, place);
  });
  return sheet;
}

function drawItem(
  sheet: RgbRaster,
  item: ContactSheetItem,
  left: number,
  top: number,
  size: Size,
): void {
  const { content, ...place } = placementOf(item.raster, size, 'letterbox');
  const picture = toRgbRaster(resizeRaster(toRgbRaster(item.raster), content));
  pasteInPlace(sheet, picture, left + place.left, top + place.top);
  const below = top + place.top + content.height;
  if (item.colour !== undefined) {
    const bar = { x1: left + place.left, x2: left + place.left + content.width };
    paintBoxInPlace(sheet, { ...bar, y1: below, y2: below + 3 }, item.colour);
  }
  if (item.caption === undefined) return;
  const text = fitText(item.caption, size.width, captionSizePx);
  const x = left + (size.width - measureText(text, captionSizePx)) / 2;
  const baseline = { x, y: top + size.height + 16 };
  drawTextInPlace(sheet, text, baseline, { sizePx: captionSizePx, colour: ink });
}

/** Draw a legend as a picture of its own. */
export function drawLegend(entries: readonly LegendEntry[], widthPx: number): RgbRaster {
  const rows = layOutLegend(entries, widthPx - 2 * gap);
  const size = { width: widthPx, height: rows.length * 22 + 2 * gap };
  const raster = createRgbRaster(size);
  paintBoxInPlace(raster, { x1: 0, y1: 0, x2: size.width, y2: size.height }, paper);
  drawLegendRows(raster, rows, gap);
  return raster;
}

type PlacedEntry = LegendEntry & { readonly x: number };

function layOutLegend(entries: readonly LegendEntry[], width: number): PlacedEntry[][] {
  const rows: PlacedEntry[][] = [];
  let x = 0;
  for (const entry of entries) {
    const needed = 20 + measureText(entry.name, 13) + 16;
    if (rows.length === 0 || x + needed > width) {
      rows.push([]);
      x = 0;
    }
    rows.at(-1)!.push({ ...entry, x: gap + x });
    x += needed;
  }
  return rows;
}

function drawLegendRows(
  raster: RgbRaster,
  rows: readonly (readonly PlacedEntry[])[],
  top: number,
): void {
  rows.forEach((row, i) => {
    for (const { x, colour, name } of row) {
      const y = top + i * 22 + 2;
      paintCoverageInPlace(raster, coverPolygons([roundedBox(x, y, 14, 14)]), colour);
      const baseline = { x: x + 20, y: y + (14 + capHeight * 13) / 2 };
      drawTextInPlace(raster, name, baseline, { sizePx: 13, colour: ink });
    }
  });
}
