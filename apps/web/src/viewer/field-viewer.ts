/**
 * @file Shows a field by OpenSeadragon, with the desk's cells and drawings above it.
 *
 * OpenSeadragon moves the image; two canvases above it follow in the same frame (see `paint-desk`). Why OpenSeadragon: docs/decisions/0130-openseadragon.md. This file is
 * the only one that knows it.
 */
import type { Field } from '@leukoscope/contract';
import type { Box, Point } from '@leukoscope/core';
import OpenSeadragon from 'openseadragon';
import { createStore, type Store } from '../state/create-store.ts';
import { displayFilter } from './display-filter.ts';
import { fieldTiles } from './field-tiles.ts';
import type { DeskPointer, FieldDesk } from './field-desk.ts';
import { createOverlayLayer, fitCanvas } from './overlay-layer.ts';
import { outlinesKey, paintMarks, paintOutlines } from './paint-desk.ts';
import { toImage, type ViewTransform, widenBox } from './view-transform.ts';

/** What a page does with a viewer. */
export interface FieldViewer {
  /** CSS pixels a pixel of the image; null while no image is there. */
  readonly scale: Pick<Store<number | null>, 'get' | 'subscribe'>;
  /** Why the image cannot be shown; null while it can. */
  readonly fault: Pick<Store<string | null>, 'get' | 'subscribe'>;
  open(field: Field): void;
  zoomBy(factor: number): void;
  /** Move by shares of the view. */
  panBy(x: number, y: number): void;
  /** The whole image. */
  fit(): void;
  /** One pixel of the image on one pixel of the screen. */
  oneToOne(): void;
  /** Bring a box into the middle, large enough to be judged. */
  centreOn(box: Box): void;
  /** Move only when the box is not in view. */
  reveal(box: Box): void;
  destroy(): void;
}

/** Show a desk in an element, until `destroy`. */
export function createFieldViewer(element: HTMLElement, desk: FieldDesk): FieldViewer {
  const isStill = matchMedia('(prefers-reduced-motion: reduce)').matches;
  const scale = createStore<number | null>(null);
  const fault = createStore<string | null>(null);
  const osd = new OpenSeadragon.Viewer({
    element,
    drawer: 'canvas',
    showNavigationControl: false,
    showNavigator: element.clientWidth >= 640,
    navigatorPosition: 'BOTTOM_RIGHT',
    navigatorSizeRatio: 0.18,
    navigatorAutoFade: false,
    navigatorBackground: 'rgb(18 16 24)',
    navigatorBorderColor: 'rgb(255 255 255 / 70%)',
    navigatorDisplayRegionColor: 'rgb(255 214 10)',
    keyboardNavEnabled: false,
    visibilityRatio: 0.7,
    minZoomImageRatio: 0.7,
    maxZoomPixelRatio: 12,
    zoomPerScroll: 1.25,
    animationTime: isStill ? 0 : 0.4,
    springStiffness: 8,
    imageLoaderLimit: 6,
    tileRetryMax: 2,
    tileRetryDelay: 1000,
    gestureSettingsMouse: { clickToZoom: false, dblClickToZoom: false },
    gestureSettingsTouch: {
      clickToZoom: false,
      dblClickToZoom: false,
      dblClickDragToZoom: false,
      pinchRotate: false,
    },
    gestureSettingsPen: { clickToZoom: false, dblClickToZoom: false },
  });
  let field: Field | null = null;
  let frame = 0;
  const drawSoon = () => {
    if (frame === 0) frame = requestAnimationFrame(draw);
  };
  const outlines = createOverlayLayer(
    osd.canvas,
    (context, now, layer) => paintOutlines(context, now, layer, desk),
    drawSoon,
  );
  const marks = document.createElement('canvas');
  marks.setAttribute('aria-hidden', 'true');
  Object.assign(marks.style, { position: 'absolute', inset: '0', pointerEvents: 'none' });
  osd.canvas.append(marks);
  // The list beside the image offers everything the image does; keys are the page's.
  osd.canvas.setAttribute('role', 'application');
  osd.canvas.setAttribute('aria-label', 'Field: image with outlined cells');
  const context = marks.getContext('2d');
  const filter = displayFilter(element);

  const view = (): ViewTransform | null => {
    const item = osd.world.getItemAt(0);
    if (field === null || item === undefined) return null;
    const corner = osd.viewport.pixelFromPoint(item.imageToViewportCoordinates(0, 0, true), true);
    const width = osd.viewport.getContainerSize().x * osd.viewport.getZoom(true);
    return { scale: width / field.width, offsetX: corner.x, offsetY: corner.y };
  };

  let shown: readonly unknown[] = [];
  function draw() {
    cancelAnimationFrame(frame);
    frame = 0;
    const size = { width: element.clientWidth, height: element.clientHeight };
    if (context === null || size.width === 0 || size.height === 0) return;
    const now = view();
    scale.set(now?.scale ?? null);
    fitCanvas(marks, context, size);
    if (now === null || field === null) return outlines.hide();
    const key = outlinesKey(desk);
    const isChanged = key.some((part, i) => part !== shown[i]);
    shown = key;
    outlines.show(now, size, field, isChanged);
    paintMarks(context, now, size, desk);
  }

  const pointer = (kind: DeskPointer['kind'], position: Point, source: Event): boolean => {
    const now = view();
    if (now === null) return false;
    return desk.pointer({
      kind,
      at: toImage(now, position),
      scale: now.scale,
      isTouch: source instanceof PointerEvent && source.pointerType === 'touch',
      isShift: source instanceof MouseEvent && source.shiftKey,
    });
  };
  const eventOf = (event: { originalEvent: unknown }) =>
    event.originalEvent instanceof Event ? event.originalEvent : new Event('none');

  osd.addHandler('update-viewport', draw);
  osd.addHandler('after-resize', drawSoon);
  osd.addHandler('open', drawSoon);
  osd.addHandler('canvas-press', (event) => {
    pointer('press', event.position, eventOf(event));
  });
  osd.addHandler('canvas-drag', (event) => {
    if (pointer('drag', event.position, eventOf(event))) event.preventDefaultAction = true;
  });
  osd.addHandler('canvas-drag-end', (event) => {
    if (desk.state.get().tool.tool !== 'look') event.preventDefaultAction = true;
  });
  osd.addHandler('canvas-release', (event) => {
    pointer('release', event.position, eventOf(event));
  });
  osd.addHandler('canvas-click', (event) => {
    event.preventDefaultAction = true;
    if (event.quick) pointer('click', event.position, eventOf(event));
  });
  // A second finger means zooming, not drawing.
  osd.addHandler('canvas-pinch', () => {
    if (desk.state.get().tool.drawing.kind !== 'none') desk.cancel();
  });
  const onMove = (event: PointerEvent) => {
    if (event.buttons !== 0) return;
    const { left, top } = element.getBoundingClientRect();
    pointer('move', { x: event.clientX - left, y: event.clientY - top }, event);
  };
  const onLeave = (event: PointerEvent) => pointer('leave', { x: 0, y: 0 }, event);
  element.addEventListener('pointermove', onMove);
  element.addEventListener('pointerleave', onLeave);
  /** Parts of the image that came, in its own widths: what is not among them was never on the screen. */
  let loaded: OpenSeadragon.Rect[] = [];
  osd.addHandler('tile-loaded', (event) => {
    loaded.push(event.tile.bounds);
    fault.set(null);
  });
  desk.setPicture(({ x1, y1, x2, y2 }) => {
    const width = field?.width ?? Number.NaN;
    const middle = new OpenSeadragon.Point((x1 + x2) / 2 / width, (y1 + y2) / 2 / width);
    return loaded.some((part) => part.containsPoint(middle));
  });
  osd.addHandler('tile-load-failed', (event) => {
    if (loaded.length > 0 || !event.maxReached) return;
    fault.set('The image of this field must be readable. The server did not send it. Try again.');
  });

  const unsubscribe = desk.state.subscribe(() => {
    const { display, tool, hovered } = desk.state.get();
    filter.apply(osd.drawer.canvas, display);
    osd.canvas.style.cursor =
      tool.tool !== 'look' ? 'crosshair' : hovered !== null ? 'pointer' : 'grab';
    drawSoon();
  });

  const rectOf = ({ x1, y1, x2, y2 }: Box) =>
    osd.world.getItemAt(0).imageToViewportRectangle(x1, y1, x2 - x1, y2 - y1);
  return {
    scale,
    fault,
    open(next) {
      const isNew = next.id !== field?.id || fault.get() !== null;
      field = next;
      if (!isNew) return drawSoon();
      loaded = [];
      fault.set(null);
      scale.set(null);
      osd.open({ tileSource: fieldTiles(next) });
    },
    zoomBy(factor) {
      osd.viewport.zoomBy(factor).applyConstraints();
    },
    panBy(x, y) {
      const { width, height } = osd.viewport.getBounds();
      osd.viewport.panBy(new OpenSeadragon.Point(x * width, y * height)).applyConstraints();
    },
    fit() {
      osd.viewport.goHome();
    },
    oneToOne() {
      if (field === null) return;
      const zoom = field.width / osd.viewport.getContainerSize().x / devicePixelRatio;
      osd.viewport.zoomTo(zoom).applyConstraints();
    },
    centreOn(box) {
      if (osd.world.getItemCount() === 0) {
        osd.addOnceHandler('open', () =>
          osd.viewport.fitBoundsWithConstraints(rectOf(widenBox(box, 5)), true),
        );
        return;
      }
      osd.viewport.fitBoundsWithConstraints(rectOf(widenBox(box, 5)), isStill);
    },
    reveal(box) {
      if (osd.world.getItemCount() === 0) return;
      const shown = osd.viewport.getBounds();
      const rect = rectOf(box);
      const isInView =
        rect.x >= shown.x &&
        rect.y >= shown.y &&
        rect.x + rect.width <= shown.x + shown.width &&
        rect.y + rect.height <= shown.y + shown.height;
      if (!isInView) osd.viewport.panTo(rect.getCenter(), isStill).applyConstraints();
    },
    destroy() {
      unsubscribe();
      cancelAnimationFrame(frame);
      element.removeEventListener('pointermove', onMove);
      element.removeEventListener('pointerleave', onLeave);
      outlines.remove();
      filter.remove();
      osd.destroy();
    },
  };
}
