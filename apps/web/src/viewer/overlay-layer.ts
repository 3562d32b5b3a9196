/**
 * @file A canvas above the image that holds many outlines: drawn seldom, moved by the compositor.
 *
 * Drawing a thousand outlines may take longer than a frame lasts. When it is cheap it is done in every
 * frame; else the layer follows the image, is drawn anew now and then while zooming, and at rest.
 */
import type { Size } from '@leukoscope/core';
import { coversView, isAtRest, layerMargin, layerMotion } from './layer-motion.ts';
import { boxOnScreen, type ViewTransform } from './view-transform.ts';

/** Draws everything for a view; returns false when it should soon be done again. */
export type LayerPainter = (
  context: CanvasRenderingContext2D,
  view: ViewTransform,
  layer: Size,
) => boolean;

/** A layer. */
export interface OverlayLayer {
  /** Show it for this view of an image. `isChanged`: what it shows is not what was drawn. */
  show(view: ViewTransform, element: Size, image: Size, isChanged: boolean): void;
  hide(): void;
  remove(): void;
}

/**
 * Milliseconds of script that may be spent in every frame. Little, because a canvas only records what it
 * is told: filling the pixels comes later, takes several times as long, and cannot be measured here.
 */
const cheapMs = 1;
/** Least time between two expensive drawings. */
const restMs = 120;
/** Milliseconds without movement after which the layer is drawn exactly where it is. */
const settleMs = 120;

/** Put a layer into an element; `again` asks for another `show` soon. */
export function createOverlayLayer(
  parent: HTMLElement,
  paint: LayerPainter,
  again: () => void,
): OverlayLayer {
  const canvas = document.createElement('canvas');
  canvas.setAttribute('aria-hidden', 'true');
  Object.assign(canvas.style, {
    position: 'absolute',
    left: `${-layerMargin}px`,
    top: `${-layerMargin}px`,
    transformOrigin: `${layerMargin}px ${layerMargin}px`,
    pointerEvents: 'none',
  });
  parent.append(canvas);
  const context = canvas.getContext('2d');
  let drawn: { view: ViewTransform; element: Size; at: number; costMs: number } | undefined;
  let isStale = true;
  let settle: ReturnType<typeof setTimeout> | undefined;

  const draw = (view: ViewTransform, element: Size) => {
    if (context === null) return;
    const start = performance.now();
    const layer = {
      width: element.width + 2 * layerMargin,
      height: element.height + 2 * layerMargin,
    };
    fitCanvas(canvas, context, layer);
    const shifted = {
      ...view,
      offsetX: view.offsetX + layerMargin,
      offsetY: view.offsetY + layerMargin,
    };
    isStale = !paint(context, shifted, layer);
    canvas.style.transform = '';
    canvas.style.visibility = 'visible';
    const at = performance.now();
    drawn = { view, element, at, costMs: at - start };
    if (isStale) again();
  };

  return {
    show(view, element, image, isChanged) {
      clearTimeout(settle);
      isStale ||= isChanged;
      const isSameSize =
        drawn?.element.width === element.width && drawn.element.height === element.height;
      if (drawn === undefined || !isSameSize) return draw(view, element);
      const motion = layerMotion(drawn.view, view);
      const hasMoved = !isAtRest(motion);
      if (!hasMoved && !isStale) return;
      const isCheap = drawn.costMs < cheapMs;
      const isDue = performance.now() - drawn.at >= Math.max(restMs, 3 * drawn.costMs);
      const isNeeded = isStale || motion.scale !== 1;
      const onScreen = boxOnScreen(view, { x1: 0, y1: 0, x2: image.width, y2: image.height });
      const isFree = isCheap || !hasMoved;
      if (!coversView(motion, element, onScreen) || isFree || (isNeeded && isDue)) {
        return draw(view, element);
      }
      canvas.style.transform = `translate(${motion.x}px, ${motion.y}px) scale(${motion.scale})`;
      if (isStale) again();
      settle = setTimeout(() => draw(view, element), settleMs);
    },
    hide() {
      clearTimeout(settle);
      canvas.style.visibility = 'hidden';
      drawn = undefined;
    },
    remove() {
      clearTimeout(settle);
      canvas.remove();
    },
  };
}

/** Make a canvas as large as its element on this screen, empty, with CSS pixels as its unit. */
export function fitCanvas(
  canvas: HTMLCanvasElement,
  context: CanvasRenderingContext2D,
  size: Size,
): void {
  const width = Math.round(size.width * devicePixelRatio);
  const height = Math.round(size.height * devicePixelRatio);
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
    Object.assign(canvas.style, { width: `${size.width}px`, height: `${size.height}px` });
  }
  context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
  context.clearRect(0, 0, size.width, size.height);
}
