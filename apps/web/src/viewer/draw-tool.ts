/** @file Draws what is being drawn: boxes, lines, handles, measurements, and cells that wait for their type. */
import type { Box, Point, Ring, Size } from '@leukoscope/core';
import { handlesOf } from './box-handles.ts';
import { polygonsOfMask, ringOfBox } from './cell-outline.ts';
import type { CellShape } from './cell-shape.ts';
import { addRing, casingOf } from './draw-cells.ts';
import { labelPlace, paintLabel } from './draw-label.ts';
import { measurementText, measurePath, measureRing } from './measure.ts';
import type { Drawing, Tool } from './tool-machine.ts';
import { toScreen, type ViewTransform, visibleBox } from './view-transform.ts';

const ink = 'rgb(255 214 10)';

/** A measurement that stays until the next one. */
export interface KeptMeasurement {
  readonly points: readonly Point[];
  readonly isClosed: boolean;
  readonly text: string;
}

/** Draw a drawing that is under way. */
export function drawDrawing(
  context: CanvasRenderingContext2D,
  view: ViewTransform,
  seen: Box,
  tool: Tool,
  drawing: Drawing,
  pixelSizeUm: number | null,
): void {
  if (drawing.kind === 'box') drawBoxLine(context, view, boxOfPoints([drawing.from, drawing.to]));
  else if (drawing.kind === 'handle') drawHandles(context, view, drawing.box);
  else if (drawing.kind === 'line') {
    const { points, cursor, isStroke } = drawing;
    const isOpen = tool === 'measure-distance';
    const follows = cursor !== null && (isOpen || !isStroke);
    const line = follows ? [...points, cursor] : points;
    drawPath(context, view, line, !isOpen && line.length > 2);
    // Corners can be seen; the points of a stroke are too many.
    if (!isStroke) for (const point of points) drawKnob(context, view, point);
    if (!tool.startsWith('measure-') || line.length < 2) return;
    const measured = isOpen
      ? measurePath(line, pixelSizeUm)
      : measureRing(ringOfPoints(line), pixelSizeUm);
    writeAt(context, view, seen, line, measurementText(measured));
  }
}

/** Draw a measurement that was made. */
export function drawMeasurement(
  context: CanvasRenderingContext2D,
  view: ViewTransform,
  seen: Box,
  { points, isClosed, text }: KeptMeasurement,
): void {
  drawPath(context, view, points, isClosed);
  if (!isClosed) for (const point of points) drawKnob(context, view, point);
  writeAt(context, view, seen, points, text);
}

/** Draw a shape that is not a cell yet: it waits for its type, or for the server. */
export function drawDraft(
  context: CanvasRenderingContext2D,
  view: ViewTransform,
  shape: CellShape,
  colour: string = ink,
): void {
  context.beginPath();
  const rings =
    shape.mask === null ? [ringOfBox(shape.box)] : polygonsOfMask(shape.mask).map((p) => p.outer);
  for (const ring of rings) addRing(context, view, ring);
  strokeTwice(context, colour, 3, [8, 4]);
}

/** Draw a box with the handles by which it is changed. */
export function drawHandles(
  context: CanvasRenderingContext2D,
  view: ViewTransform,
  box: Box,
): void {
  drawBoxLine(context, view, box);
  for (const { at } of handlesOf(box)) drawKnob(context, view, at);
}

/** Draw lines over the whole view at multiples of a distance in image pixels. */
export function drawGrid(
  context: CanvasRenderingContext2D,
  view: ViewTransform,
  element: Size,
  field: Size,
  distance: number,
): void {
  const seen = visibleBox(view, element);
  const x1 = Math.max(0, seen.x1);
  const y1 = Math.max(0, seen.y1);
  const x2 = Math.min(field.width, seen.x2);
  const y2 = Math.min(field.height, seen.y2);
  context.beginPath();
  for (let x = Math.ceil(x1 / distance) * distance; x <= x2; x += distance) {
    line(context, view, { x, y: y1 }, { x, y: y2 });
  }
  for (let y = Math.ceil(y1 / distance) * distance; y <= y2; y += distance) {
    line(context, view, { x: x1, y }, { x: x2, y });
  }
  context.setLineDash([]);
  context.lineWidth = 2;
  context.strokeStyle = 'rgb(255 255 255 / 55%)';
  context.stroke();
  context.lineWidth = 1;
  context.strokeStyle = 'rgb(30 20 50 / 60%)';
  context.stroke();
}

/** Return a ring of points. */
export function ringOfPoints(points: readonly Point[]): Ring {
  return points.flatMap(({ x, y }) => [x, y]);
}

function writeAt(
  context: CanvasRenderingContext2D,
  view: ViewTransform,
  seen: Box,
  points: readonly Point[],
  text: string,
): void {
  const place = labelPlace(context, view, seen, boxOfPoints(points), text);
  paintLabel(context, place, text, ink);
}

function line(context: CanvasRenderingContext2D, view: ViewTransform, a: Point, b: Point): void {
  const from = toScreen(view, a);
  const to = toScreen(view, b);
  context.moveTo(from.x, from.y);
  context.lineTo(to.x, to.y);
}

function drawPath(
  context: CanvasRenderingContext2D,
  view: ViewTransform,
  points: readonly Point[],
  isClosed: boolean,
): void {
  context.beginPath();
  for (const [i, point] of points.entries()) {
    const { x, y } = toScreen(view, point);
    if (i === 0) context.moveTo(x, y);
    else context.lineTo(x, y);
  }
  if (isClosed) context.closePath();
  strokeTwice(context, ink, 2, []);
}

function drawBoxLine(context: CanvasRenderingContext2D, view: ViewTransform, box: Box): void {
  context.beginPath();
  addRing(context, view, ringOfBox(box));
  strokeTwice(context, ink, 2, []);
}

function drawKnob(context: CanvasRenderingContext2D, view: ViewTransform, point: Point): void {
  const { x, y } = toScreen(view, point);
  context.fillStyle = ink;
  context.strokeStyle = casingOf(ink);
  context.lineWidth = 1.5;
  context.setLineDash([]);
  context.beginPath();
  context.rect(x - 4.5, y - 4.5, 9, 9);
  context.fill();
  context.stroke();
}

function strokeTwice(
  context: CanvasRenderingContext2D,
  colour: string,
  width: number,
  dash: readonly number[],
): void {
  context.lineJoin = 'round';
  context.setLineDash([]);
  context.strokeStyle = casingOf(colour);
  context.lineWidth = width + 2;
  context.stroke();
  context.setLineDash([...dash]);
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.stroke();
  context.setLineDash([]);
}

function boxOfPoints(points: readonly Point[]): Box {
  const xs = points.map(({ x }) => x);
  const ys = points.map(({ y }) => y);
  return { x1: Math.min(...xs), y1: Math.min(...ys), x2: Math.max(...xs), y2: Math.max(...ys) };
}
