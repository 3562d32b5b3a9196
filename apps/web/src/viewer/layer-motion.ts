/**
 * @file How a drawn layer follows the image without being drawn anew.
 *
 * A layer is drawn somewhat larger than the view. While the image moves, the compositor moves the layer;
 * it is drawn again when it no longer covers the view, and when everything is at rest.
 */
import type { Box, Size } from '@leukoscope/core';
import type { ViewTransform } from './view-transform.ts';

/** CSS pixels that a layer reaches beyond the view on every side. */
export const layerMargin = 160;

/** A CSS transform about the view's top-left corner: first scaled, then moved. */
export interface LayerMotion {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

/** Return what takes a layer from the view it was drawn for to another. */
export function layerMotion(drawn: ViewTransform, now: ViewTransform): LayerMotion {
  const scale = now.scale / drawn.scale;
  // image * now.scale + now.offset = (image * drawn.scale + drawn.offset) * scale + (x, y)
  return {
    x: now.offsetX - drawn.offsetX * scale,
    y: now.offsetY - drawn.offsetY * scale,
    scale,
  };
}

/** Tell whether a moved layer still covers what is seen of the image, which lies at `image` on the screen. */
export function coversView({ x, y, scale }: LayerMotion, view: Size, image: Box): boolean {
  const left = x - layerMargin * scale;
  const top = y - layerMargin * scale;
  const right = x + (view.width + layerMargin) * scale;
  const bottom = y + (view.height + layerMargin) * scale;
  return (
    left <= Math.max(0, image.x1) &&
    top <= Math.max(0, image.y1) &&
    right >= Math.min(view.width, image.x2) &&
    bottom >= Math.min(view.height, image.y2)
  );
}

/** Tell whether nothing has moved; a thousandth of a pixel is nobody's movement. */
export function isAtRest({ x, y, scale }: LayerMotion): boolean {
  return Math.abs(x) < 1e-3 && Math.abs(y) < 1e-3 && Math.abs(scale - 1) < 1e-6;
}
