/** @file One frame of the layer above the image. */
import type { Size } from '@leukoscope/core';
import { drawCells } from './draw-cells.ts';
import { drawDraft, drawDrawing, drawGrid, drawHandles, drawMeasurement } from './draw-tool.ts';
import type { FieldDesk } from './field-desk.ts';
import { gridDistance } from './scale-bar.ts';
import type { ViewTransform } from './view-transform.ts';

/** Least distance of grid lines in CSS pixels. */
const gridWidth = 80;

/** Paint what the desk shows; returns false when another frame should follow. */
export function paintDesk(
  context: CanvasRenderingContext2D,
  view: ViewTransform,
  element: Size,
  desk: FieldDesk,
): boolean {
  const scene = desk.scene();
  if (scene === null) return true;
  const { field } = scene;
  const state = desk.state.get();
  const { tool, drawing } = state.tool;
  let isComplete = true;
  if (state.isGridShown) {
    const distance = gridDistance(view.scale, field.pixelSizeUm, gridWidth);
    drawGrid(context, view, element, field, distance);
  }
  if (state.isOverlayShown) {
    isComplete = drawCells(context, view, element, {
      cells: desk.shown(),
      selected: new Set(state.selected),
      hovered: state.hovered,
    });
  }
  if (state.draft !== null) drawDraft(context, view, state.draft);
  if (tool === 'redraw-box' && drawing.kind === 'none') {
    const cell = desk.selection().at(-1);
    if (cell !== undefined) drawHandles(context, view, cell.box);
  }
  if (state.measurement !== null) drawMeasurement(context, view, state.measurement);
  drawDrawing(context, view, tool, drawing, field.pixelSizeUm);
  return isComplete;
}
