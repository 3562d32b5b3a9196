/**
 * @file Draws cells on a picture: outlines of masks, boxes, labels, in the colours of their kinds.
 *
 * Every line has a thin light seam on both sides, so that it reads on dark nuclei and on pale
 * background alike.
 */
import {
  type Box,
  type CellClass,
  cellClasses,
  createRgbRaster,
  type PlacedMask,
  type Point,
  type Raster,
  type RgbRaster,
} from '@leukoscope/core';
import { toRgbRaster } from '../colour/to-rgb-raster.ts';
import { traceContours } from '../region/contour.ts';
import { colourOfClass, inkOn, type Rgb } from './colour-of-class.ts';
import { coverPolygons, coverStroke } from './coverage.ts';
import { paintCoverageInPlace, paintMaskInPlace } from './paint.ts';
import { capHeight, drawTextInPlace, measureText } from './text.ts';

/** One cell to draw. */
export interface OverlayCell {
  readonly box?: Box | undefined;
  readonly mask?: PlacedMask | undefined;
  readonly cellClass?: CellClass | undefined;
  /** 0..1; shown as percent after the name. */
  readonly score?: number | undefined;
  /** Text instead of the name and the score. */
  readonly label?: string | undefined;
  /** Colour instead of the kind's own. */
  readonly colour?: Rgb | undefined;
}

/** Options of `drawOverlay`. */
export interface OverlayOptions {
  /** Width of lines in pixels. @default 2, more on pictures above 1,000 pixels */
  readonly lineWidth?: number;
  /** How much masks are filled, 0..1. @default 0.12 */
  readonly fillOpacity?: number;
  /** Boxes of cells that have a mask. @default 'without-mask' */
  readonly boxes?: 'always' | 'without-mask' | 'never';
  /** @default true */
  readonly labels?: boolean;
  /** Height of the labels' letters in pixels. @default 13, more on pictures above 1,000 pixels */
  readonly textSizePx?: number;
}

/** Return a copy of the picture with the cells drawn on it. */
export function drawOverlay(
  raster: Raster,
  cells: readonly OverlayCell[],
  options: OverlayOptions = {},
): RgbRaster {
  const scale = Math.max(1, Math.max(raster.width, raster.height) / 1000);
  const {
    lineWidth = 2 * scale,
    fillOpacity = 0.12,
    boxes = 'without-mask',
    labels = true,
    textSizePx = 13 * scale,
  } = options;
  const canvas = createRgbRaster(raster, toRgbRaster(raster).data.slice());
  for (const cell of cells) {
    const colour = cell.colour ?? colourOfClass(cell.cellClass);
    if (cell.mask !== undefined) {
      paintMaskInPlace(canvas, cell.mask, colour, fillOpacity);
      drawMaskOutlineInPlace(canvas, cell.mask, colour, lineWidth);
    }
    const wantsBox = boxes === 'always' || (boxes === 'without-mask' && cell.mask === undefined);
    if (cell.box !== undefined && wantsBox) drawBoxInPlace(canvas, cell.box, colour, lineWidth);
  }
  // Labels last: an outline of a neighbour must not cross a name.
  const taken: Box[] = [];
  if (labels) for (const cell of cells) drawLabel(canvas, cell, lineWidth, textSizePx, taken);
  return canvas;
}

/** Draw the outline of a box, kept inside the picture. */
export function drawBoxInPlace(raster: RgbRaster, box: Box, colour: Rgb, lineWidth = 2): void {
  const half = lineWidth / 2;
  const x1 = Math.max(half, box.x1);
  const y1 = Math.max(half, box.y1);
  const x2 = Math.min(raster.width - half, box.x2);
  const y2 = Math.min(raster.height - half, box.y2);
  const corners = [
    { x: x1, y: y1 },
    { x: x2, y: y1 },
    { x: x2, y: y2 },
    { x: x1, y: y2 },
  ];
  strokeWithSeam(raster, corners, colour, lineWidth);
}

/** Draw the outline of a mask, smoothed by about a pixel. */
export function drawMaskOutlineInPlace(
  raster: RgbRaster,
  placed: PlacedMask,
  colour: Rgb,
  lineWidth = 2,
): void {
  for (const { points } of traceContours(placed.mask)) {
    const moved = points.map(({ x, y }) => ({ x: x + placed.left, y: y + placed.top }));
    strokeWithSeam(raster, smoothContour(moved), colour, lineWidth);
  }
}

/** Round off the stairs of a pixel contour: unit steps, averaged over seven neighbours. */
export function smoothContour(points: readonly Point[]): Point[] {
  const steps: Point[] = [];
  points.forEach((a, i) => {
    const b = points[(i + 1) % points.length]!;
    const length = Math.max(1, Math.round(Math.abs(b.x - a.x) + Math.abs(b.y - a.y)));
    for (let k = 0; k < length; k++) {
      const t = (k + 0.5) / length;
      steps.push({ x: a.x + (b.x - a.x) * t, y: a.y + (b.y - a.y) * t });
    }
  });
  const count = steps.length;
  const weights = [1, 2, 3, 4, 3, 2, 1];
  return steps.map((_, i) => {
    let x = 0;
    let y = 0;
    weights.forEach((weight, k) => {
      const point = steps[(i + k - 3 + count * 3) % count]!;
      x += (weight / 16) * point.x;
      y += (weight / 16) * point.y;
    });
    return { x, y };
  });
}

function strokeWithSeam(
  raster: RgbRaster,
  points: readonly Point[],
  colour: Rgb,
  lineWidth: number,
): void {
  paintCoverageInPlace(raster, coverStroke(points, lineWidth + 1.6, true), [255, 255, 255], 0.7);
  paintCoverageInPlace(raster, coverStroke(points, lineWidth, true), colour);
}

function labelOf(cell: OverlayCell): string {
  if (cell.label !== undefined) return cell.label;
  const name = cell.cellClass === undefined ? '' : cellClasses[cell.cellClass].name;
  const score = cell.score === undefined ? '' : `${Math.round(cell.score * 100)} %`;
  return [name, score].filter((part) => part !== '').join(' ');
}

/** Draw a name at its cell; `taken` are the labels drawn so far, which it keeps clear of. */
function drawLabel(
  raster: RgbRaster,
  cell: OverlayCell,
  lineWidth: number,
  textSizePx: number,
  taken: Box[],
): void {
  const text = labelOf(cell);
  const box = cell.box ?? boxOfMask(cell.mask);
  if (text === '' || box === undefined) return;
  const colour = cell.colour ?? colourOfClass(cell.cellClass);
  const padding = textSizePx * 0.35;
  const width = measureText(text, textSizePx) + 2 * padding;
  const height = textSizePx * 1.35;
  const place = placeLabel(raster, box, { width, height }, lineWidth, taken);
  taken.push(place);
  const shape = roundedBox(place.x1, place.y1, width, height);
  paintCoverageInPlace(raster, coverPolygons([shape]), colour, 0.92);
  const baseline = { x: place.x1 + padding, y: place.y1 + (height + capHeight * textSizePx) / 2 };
  drawTextInPlace(raster, text, baseline, { sizePx: textSizePx, colour: inkOn(colour) });
}

/** Above the cell, else below it, else inside: the first place that is free and in the picture. */
function placeLabel(
  raster: RgbRaster,
  box: Box,
  size: { width: number; height: number },
  lineWidth: number,
  taken: readonly Box[],
): Box {
  const left = Math.max(0, Math.min(box.x1 - lineWidth / 2, raster.width - size.width));
  const tops = [
    box.y1 - lineWidth / 2 - size.height,
    box.y2 + lineWidth / 2,
    box.y1,
    box.y2 - size.height,
  ];
  const places = tops
    .map((top) => ({ x1: left, y1: top, x2: left + size.width, y2: top + size.height }))
    .filter((place) => place.y1 >= 0 && place.y2 <= raster.height);
  const overlaps = (a: Box, b: Box) => a.x1 < b.x2 && b.x1 < a.x2 && a.y1 < b.y2 && b.y1 < a.y2;
  const free = places.find((place) => !taken.some((other) => overlaps(place, other)));
  const top = Math.max(0, Math.min(box.y1, raster.height - size.height));
  const inside = { x1: left, y1: top, x2: left + size.width, y2: top + size.height };
  return free ?? places[0] ?? inside;
}

function boxOfMask(mask: PlacedMask | undefined): Box | undefined {
  if (mask === undefined) return undefined;
  const { left, top } = mask;
  return { x1: left, y1: top, x2: left + mask.mask.width, y2: top + mask.mask.height };
}

/** A rectangle with corners rounded by a quarter of its height. */
export function roundedBox(left: number, top: number, width: number, height: number): Point[] {
  const radius = height / 4;
  const centres = [
    { x: left + width - radius, y: top + radius, from: -90 },
    { x: left + width - radius, y: top + height - radius, from: 0 },
    { x: left + radius, y: top + height - radius, from: 90 },
    { x: left + radius, y: top + radius, from: 180 },
  ];
  return centres.flatMap(({ x, y, from }) =>
    [0, 30, 60, 90].map((step) => {
      const angle = ((from + step) * Math.PI) / 180;
      return { x: x + radius * Math.cos(angle), y: y + radius * Math.sin(angle) };
    }),
  );
}
