/** @file Texts upon the image: dark plates with white letters, sharp at any zoom. */
import type { Box } from '@leukoscope/core';
import { toScreen, type ViewTransform } from './view-transform.ts';

const font = '12px system-ui, "Segoe UI", "Noto Sans", "DejaVu Sans", sans-serif';
const height = 18;

/**
 * Return where the text at a box of the image goes, in CSS pixels: above it, and inside the view, whose
 * corners `seen` holds.
 */
export function labelPlace(
  context: Pick<CanvasRenderingContext2D, 'font' | 'measureText'>,
  view: ViewTransform,
  seen: Box,
  box: Box,
  text: string,
): Box {
  context.font = font;
  const width = Math.ceil(context.measureText(text).width) + 15;
  const corner = toScreen(view, { x: box.x1, y: box.y1 });
  const above = corner.y - height - 4;
  const x1 = Math.round(Math.max(seen.x1, Math.min(corner.x, seen.x2 - width)));
  // At the upper border of the view the text would be cut: it goes inside the box.
  const y1 = Math.round(above < seen.y1 ? Math.max(seen.y1, corner.y + 4) : above);
  return { x1, y1, x2: x1 + width, y2: y1 + height };
}

/** Write a text at its place, with a mark of a colour before it. */
export function paintLabel(
  context: CanvasRenderingContext2D,
  { x1, y1, x2, y2 }: Box,
  text: string,
  colour: string,
): void {
  context.font = font;
  context.textBaseline = 'middle';
  context.fillStyle = 'rgb(18 16 24 / 82%)';
  context.fillRect(x1, y1, x2 - x1, y2 - y1);
  context.fillStyle = colour;
  context.fillRect(x1, y1, 5, y2 - y1);
  context.fillStyle = 'white';
  context.fillText(text, x1 + 10, (y1 + y2) / 2 + 0.5);
}
