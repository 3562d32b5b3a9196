import { expect, test } from 'vitest';
import { coversView, isAtRest, layerMargin, layerMotion } from './layer-motion.ts';

const drawn = { scale: 0.5, offsetX: 20, offsetY: -10 };
const view = { width: 800, height: 600 };

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
  expect(coversView(moved(layerMargin), view)).toBe(true);
  expect(coversView(moved(layerMargin + 1), view)).toBe(false);
  expect(coversView(moved(-layerMargin - 1), view)).toBe(false);
});

test('a layer that is zoomed out soon leaves gaps', () => {
  expect(coversView({ x: 0, y: 0, scale: 0.5 }, view)).toBe(false);
  expect(coversView({ x: 0, y: 0, scale: 2 }, view)).toBe(true);
});
