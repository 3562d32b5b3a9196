/**
 * @file What lies above the image, in two layers: all outlines (many, seldom drawn anew), and what changes
 * under a person's hand (little, drawn in every frame).
 */
import type { Size } from '@leukoscope/core';
import { prepareOutlines } from './cell-outline.ts';
import { drawCells, drawMarked } from './draw-cells.ts';
import { drawDraft, drawDrawing, drawGrid, drawHandles, drawMeasurement } from './draw-tool.ts';
import type { FieldDesk } from './field-desk.ts';
import { layerMargin } from './layer-motion.ts';
import { gridDistance } from './scale-bar.ts';
import { boxesTouch, type ViewTransform, visibleBox } from './view-transform.ts';

/** Least distance of grid lines in CSS pixels. */
const gridWidth = 80;
/** Milliseconds of one drawing that may go into reading masks. */
const readingMs = 30;

/** Paint grid and outlines; returns false when masks are still to be read. */
export function paintOutlines(
  context: CanvasRenderingContext2D,
  view: ViewTransform,
  layer: Size,
  desk: FieldDesk,
): boolean {
  const scene = desk.scene();
  if (scene === null) return true;
  const { field } = scene;
  const { isGridShown, isOverlayShown } = desk.state.get();
  if (isGridShown) {
    const distance = gridDistance(view.scale, field.pixelSizeUm, gridWidth);
    drawGrid(context, view, layer, field, distance);
  }
  if (!isOverlayShown) return true;
  const covered = visibleBox(view, layer);
  const visible = desk.shown().filter(({ box }) => boxesTouch(box, covered));
  prepareOutlines(visible, readingMs);
  const inView = {
    x1: layerMargin,
    y1: layerMargin,
    x2: layer.width - layerMargin,
    y2: layer.height - layerMargin,
  };
  return drawCells(context, view, inView, visible);
}

/** Paint marked cells and everything that is being drawn. */
export function paintMarks(
  context: CanvasRenderingContext2D,
  view: ViewTransform,
  element: Size,
  desk: FieldDesk,
): void {
  const scene = desk.scene();
  if (scene === null) return;
  const { tool: state, selected, hovered, draft, measurement, isOverlayShown } = desk.state.get();
  const { tool, drawing } = state;
  const seen = { x1: 0, y1: 0, x2: element.width, y2: element.height };
  if (isOverlayShown) {
    const marked = new Set([...selected, ...(hovered === null ? [] : [hovered])]);
    const cells = marked.size === 0 ? [] : desk.shown().filter(({ id }) => marked.has(id));
    drawMarked(context, view, seen, cells, new Set(selected));
  }
  if (draft !== null) drawDraft(context, view, draft);
  if (tool === 'redraw-box' && drawing.kind === 'none') {
    const cell = desk.selection().at(-1);
    if (cell !== undefined) drawHandles(context, view, cell.box);
  }
  if (measurement !== null) drawMeasurement(context, view, seen, measurement);
  drawDrawing(context, view, seen, tool, drawing, scene.field.pixelSizeUm);
}

/** Tell apart what `paintOutlines` shows: when this changes, the layer must be drawn anew. */
export function outlinesKey(desk: FieldDesk): readonly unknown[] {
  const { isGridShown, isOverlayShown } = desk.state.get();
  return [desk.scene()?.field.id, desk.shown(), isGridShown, isOverlayShown];
}
