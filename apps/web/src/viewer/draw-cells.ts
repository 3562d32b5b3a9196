/**
 * @file Draws the outlines of cells.
 *
 * Each line lies on a wider one of black or white, whichever its colour stands out from, so that it
 * shows on any stain. Lines are stroked one by one: one path of a thousand cells takes a rasteriser ten
 * times as long as a thousand paths. Masks that were not read yet are drawn as boxes.
 */
import type { Cell } from '@leukoscope/contract';
import type { Box, Ring } from '@leukoscope/core';
import { inkOn } from '@leukoscope/image';
import { binColour } from '../state/bins.ts';
import { isUnsure } from '../state/unsure-cells.ts';
import { cellLabel } from './cell-label.ts';
import { isOutlineReady, outlineOf, outlineOfBox, ringsAtScale } from './cell-outline.ts';
import { labelPlace, paintLabel } from './draw-label.ts';
import { boxesTouch, boxOnScreen, type ViewTransform } from './view-transform.ts';

/** Below this many CSS pixels a cell is a speck, whose outline's form nobody sees. */
const speck = 7;
/** CSS pixels of a cell's width from which on a label fits. */
const labelledWidth = 70;
const mostLabels = 150;

/** Draw outlines; returns false when some masks were not read yet. Labels stay within `seen`, in CSS pixels. */
export function drawCells(
  context: CanvasRenderingContext2D,
  view: ViewTransform,
  seen: Box,
  cells: readonly Cell[],
): boolean {
  let isComplete = true;
  context.lineJoin = 'miter';
  context.miterLimit = 3;
  for (const cell of cells) {
    const isSpeck = (cell.box.x2 - cell.box.x1) * view.scale < speck;
    if (!isSpeck && !isOutlineReady(cell)) isComplete = false;
    strokeCell(context, view, cell, isSpeck ? 1.5 : 2, isSpeck);
  }
  const labelled = cells.filter(({ box }) => (box.x2 - box.x1) * view.scale >= labelledWidth);
  drawLabels(context, view, seen, labelled);
  return isComplete;
}

/** Draw cells that are selected or under the pointer, above all others. */
export function drawMarked(
  context: CanvasRenderingContext2D,
  view: ViewTransform,
  seen: Box,
  cells: readonly Cell[],
  selected: ReadonlySet<string>,
): void {
  for (const cell of cells) {
    outlineOf(cell);
    context.beginPath();
    for (const ring of ringsOf(cell, view)) addRing(context, view, ring);
    context.globalAlpha = 0.16;
    context.fillStyle = binColour(cell.bin);
    context.fill('evenodd');
    context.globalAlpha = 1;
    strokeCell(context, view, cell, selected.has(cell.id) ? 4 : 3, false);
  }
  drawLabels(context, view, seen, cells);
}

function ringsOf(cell: Cell, view: ViewTransform): readonly Ring[] {
  const outline = isOutlineReady(cell) ? outlineOf(cell) : outlineOfBox(cell.box);
  return ringsAtScale(outline, view.scale);
}

function strokeCell(
  context: CanvasRenderingContext2D,
  view: ViewTransform,
  cell: Cell,
  width: number,
  isSpeck: boolean,
): void {
  const colour = binColour(cell.bin);
  const rings = isSpeck ? outlineOfBox(cell.box).fine : ringsOf(cell, view);
  context.beginPath();
  for (const ring of rings) addRing(context, view, ring);
  // The casing is whole under a dashed line: its gaps show that the line is one.
  context.strokeStyle = casingOf(colour);
  context.lineWidth = width + 2;
  context.stroke();
  const isDashed = !isSpeck && isUnsure(cell);
  if (isDashed) context.setLineDash([6, 5]);
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.stroke();
  if (isDashed) context.setLineDash([]);
}

/** Add a closed line to the current path. */
export function addRing(context: CanvasRenderingContext2D, view: ViewTransform, ring: Ring): void {
  const { scale, offsetX, offsetY } = view;
  context.moveTo(ring[0]! * scale + offsetX, ring[1]! * scale + offsetY);
  for (let i = 2; i < ring.length; i += 2) {
    context.lineTo(ring[i]! * scale + offsetX, ring[i + 1]! * scale + offsetY);
  }
  context.closePath();
}

const casings = new Map<string, string>();

/** Black or white at three quarters, whichever stands out from the line's colour. */
export function casingOf(colour: string): string {
  const known = casings.get(colour);
  if (known !== undefined) return known;
  const [r = 0, g = 0, b = 0] = (colour.match(/\d+/g) ?? []).map(Number);
  const casing = `rgb(${inkOn([r, g, b]).join(' ')} / 75%)`;
  casings.set(colour, casing);
  return casing;
}

/** Where labels would cover each other, the first one stays; cells out of view have none. */
function drawLabels(
  context: CanvasRenderingContext2D,
  view: ViewTransform,
  seen: Box,
  cells: readonly Cell[],
): void {
  const taken: Box[] = [];
  const inView = cells.filter(({ box }) => boxesTouch(boxOnScreen(view, box), seen));
  for (const cell of inView.slice(0, mostLabels)) {
    const text = cellLabel(cell);
    const place = labelPlace(context, view, seen, cell.box, text);
    if (taken.some((other) => boxesTouch(other, place))) continue;
    taken.push(place);
    paintLabel(context, place, text, binColour(cell.bin));
  }
}
