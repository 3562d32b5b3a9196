import { expect, test } from 'vitest';
import { coversView, isAtRest, layerMargin, layerMotion } from './layer-motion.ts';

const drawn = { scale: 0.5, offsetX: 20, offsetY: -10 };
const view = { width: 800, height: 600 };
const everywhere = { x1: -1e6, y1: -1e6, x2: 1e6, y2: 1e6 };

test('a moved layer shows every image point where the new view does', () => {
  const now = { scale: 0.75, offsetX: -30, offsetY: 44 };
  const { x, y, scale } = layerMotion(drawn, now);
  const image = { x: 123, y: 456 };
  expect((image.x * drawn.scale + drawn.offsetX) * scale + x).toBeCloseTo(
    image.x * now.scale + now.offsetX,
    9,
  );
  expect((image.y * drawn.scale + drawn.offsetY) * scale + y).toBeCloseTo(
    image.y * now.scale + now.offsetY,
    9,
  );
});

test('the same view is rest', () => {
  expect(isAtRest(layerMotion(drawn, { ...drawn }))).toBe(true);
  expect(isAtRest(layerMotion(drawn, { ...drawn, offsetX: 21 }))).toBe(false);
});

test('a layer covers the view until it was moved by more than its margin', () => {
  const moved = (by: number) => layerMotion(drawn, { ...drawn, offsetX: drawn.offsetX + by });
  expect(coversView(moved(layerMargin), view, everywhere)).toBe(true);
  expect(coversView(moved(layerMargin + 1), view, everywhere)).toBe(false);
  expect(coversView(moved(-layerMargin - 1), view, everywhere)).toBe(false);
});

test('a layer that is zoomed out soon leaves gaps', () => {
  expect(coversView({ x: 0, y: 0, scale: 0.5 }, view, everywhere)).toBe(false);
  expect(coversView({ x: 0, y: 0, scale: 2 }, view, everywhere)).toBe(true);
});

test('where the image ends nothing needs to be covered', () => {
  const far = layerMotion(drawn, { ...drawn, offsetX: drawn.offsetX + 300 });
  expect(coversView(far, view, { x1: 200, y1: 0, x2: 900, y2: 600 })).toBe(true);
  expect(coversView(far, view, { x1: 100, y1: 0, x2: 900, y2: 600 })).toBe(false);
});
