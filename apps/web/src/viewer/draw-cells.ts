/**
 * @file Draws the outlines of cells, many of them, in every frame of a movement.
 *
 * Lines of one colour are one path: a stroke for each of a thousand cells would cost more than a frame.
 * Each line lies on a wider one of black or white, whichever its colour stands out from, so that it
 * shows on any stain. Reading a mask takes time; what is not ready within the budget is drawn as a box.
 */
import type { Cell } from '@leukoscope/contract';
import type { Box, Ring, Size } from '@leukoscope/core';
import { inkOn, type Rgb } from '@leukoscope/image';
import { binColour } from '../state/bins.ts';
import { isUnsure } from './cell-filter.ts';
import { cellLabel } from './cell-label.ts';
import { isOutlineReady, type Outline, outlineOf, outlineOfBox } from './cell-outline.ts';
import { boxesTouch, toScreen, type ViewTransform, visibleBox } from './view-transform.ts';

/** What is drawn. */
export interface CellScene {
  readonly cells: readonly Cell[];
  readonly selected: ReadonlySet<string>;
  readonly hovered: string | null;
}

interface Stroke {
  readonly colour: string;
  readonly isDashed: boolean;
  readonly width: number;
  readonly fill: boolean;
  readonly rings: Ring[];
}

/** Below this many CSS pixels a cell is a speck, whose outline's form nobody sees. */
const speck = 7;
/** CSS pixels of a cell's width from which on a label fits. */
const labelledWidth = 70;
const mostLabels = 150;
/** Image scale below which the coarse lines serve. */
const fineScale = 0.8;

/** Draw cells; returns false when some were not ready and another frame should follow. */
export function drawCells(
  context: CanvasRenderingContext2D,
  view: ViewTransform,
  element: Size,
  scene: CellScene,
  budgetMs = 6,
): boolean {
  const seen = visibleBox(view, element);
  const visible = scene.cells.filter(({ box }) => boxesTouch(box, seen));
  const until = performance.now() + budgetMs;
  const strokes = new Map<string, Stroke>();
  let isComplete = true;
  for (const cell of visible) {
    const width = (cell.box.x2 - cell.box.x1) * view.scale;
    let outline: Outline;
    if (width < speck) outline = outlineOfBox(cell.box);
    else if (isOutlineReady(cell) || performance.now() < until) outline = outlineOf(cell);
    else {
      outline = outlineOfBox(cell.box);
      isComplete = false;
    }
    const rings = view.scale < fineScale ? outline.coarse : outline.fine;
    strokeOf(strokes, cell, scene, width < speck).rings.push(...rings);
  }
  // Selected and hovered cells last: they lie on top.
  for (const stroke of [...strokes.values()].sort((a, b) => a.width - b.width)) {
    paintStroke(context, view, stroke);
  }
  drawLabels(context, view, visible, scene);
  return isComplete;
}

function strokeOf(
  strokes: Map<string, Stroke>,
  cell: Cell,
  scene: CellScene,
  isSpeck: boolean,
): Stroke {
  const isSelected = scene.selected.has(cell.id);
  const isHovered = scene.hovered === cell.id;
  const isDashed = isUnsure(cell) && !isSpeck;
  const width = isSelected ? 4 : isHovered ? 3 : isSpeck ? 1.5 : 2;
  const key = `${cell.bin} ${isDashed} ${width}`;
  const known = strokes.get(key);
  if (known !== undefined) return known;
  const colour = binColour(cell.bin);
  const stroke = { colour, isDashed, width, fill: isSelected || isHovered, rings: [] };
  strokes.set(key, stroke);
  return stroke;
}

function paintStroke(context: CanvasRenderingContext2D, view: ViewTransform, stroke: Stroke): void {
  context.beginPath();
  for (const ring of stroke.rings) addRing(context, view, ring);
  context.lineJoin = 'round';
  if (stroke.fill) {
    context.globalAlpha = 0.16;
    context.fillStyle = stroke.colour;
    context.fill('evenodd');
    context.globalAlpha = 1;
  }
  // The casing is whole under a dashed line: its gaps show that the line is one.
  context.setLineDash([]);
  context.strokeStyle = casingOf(stroke.colour);
  context.lineWidth = stroke.width + 2;
  context.stroke();
  context.setLineDash(stroke.isDashed ? [6, 5] : []);
  context.strokeStyle = stroke.colour;
  context.lineWidth = stroke.width;
  context.stroke();
  context.setLineDash([]);
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

/** Black or white at three quarters, whichever stands out from the line's colour. */
export function casingOf(colour: string): string {
  const [r = 0, g = 0, b = 0] = (colour.match(/\d+/g) ?? []).map(Number);
  const ink: Rgb = inkOn([r, g, b]);
  return `rgb(${ink.join(' ')} / 75%)`;
}

function drawLabels(
  context: CanvasRenderingContext2D,
  view: ViewTransform,
  visible: readonly Cell[],
  { selected, hovered }: CellScene,
): void {
  const isMarked = ({ id }: Cell) => selected.has(id) || hovered === id;
  const labelled = visible.filter(
    (cell) => (cell.box.x2 - cell.box.x1) * view.scale >= labelledWidth,
  );
  const shown = labelled.length > mostLabels ? labelled.filter(isMarked) : labelled;
  for (const cell of shown) {
    drawLabel(context, view, cell.box, cellLabel(cell), binColour(cell.bin));
  }
}

/** Write a text above a box of the image. */
export function drawLabel(
  context: CanvasRenderingContext2D,
  view: ViewTransform,
  box: Box,
  text: string,
  colour: string,
): void {
  context.font = '12px system-ui, "Segoe UI", "Noto Sans", "DejaVu Sans", sans-serif';
  context.textBaseline = 'middle';
  const corner = toScreen(view, { x: box.x1, y: box.y1 });
  const width = context.measureText(text).width + 15;
  const height = 18;
  const x = Math.round(corner.x);
  // At the upper border of the view the label would be cut: it goes inside the box.
  const y = Math.round(corner.y - height - 4 < 0 ? corner.y + 4 : corner.y - height - 4);
  context.fillStyle = 'rgb(18 16 24 / 82%)';
  context.fillRect(x, y, width, height);
  context.fillStyle = colour;
  context.fillRect(x, y, 5, height);
  context.fillStyle = 'white';
  context.fillText(text, x + 10, y + height / 2 + 0.5);
}
