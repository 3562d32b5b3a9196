import { createMask, type Mask } from '@leukoscope/core';
import { expect, test } from 'vitest';
import { countLobes } from './count-lobes.ts';

function draw(isSet: (x: number, y: number) => boolean): Mask {
  const mask = createMask({ width: 80, height: 60 });
  for (let i = 0; i < mask.data.length; i++)
    mask.data[i] = Number(isSet((i % 80) + 0.5, Math.floor(i / 80) + 0.5));
  return mask;
}
const disc = (cx: number, cy: number, r: number) => (x: number, y: number) =>
  Math.hypot(x - cx, y - cy) <= r;
const any = (...shapes: ((x: number, y: number) => boolean)[]) =>
  draw((x, y) => shapes.some((shape) => shape(x, y)));
const bridge = (x: number, y: number) => x > 15 && x < 65 && Math.abs(y - 30) < 3;

test('round, oval and band nuclei are one part', () => {
  expect(countLobes(any(disc(40, 30, 20)))).toBe(1);
  expect(countLobes(draw((x, y) => ((x - 40) / 30) ** 2 + ((y - 30) / 12) ** 2 <= 1))).toBe(1);
  expect(countLobes(draw((x, y) => Math.abs(Math.hypot(x - 40, y - 40) - 24) <= 7 && y < 42))).toBe(
    1,
  );
});

test('lobes are counted whether thin bridges join them or nothing does', () => {
  const three = [disc(15, 30, 11), disc(40, 30, 11), disc(65, 30, 11)];
  expect(countLobes(any(disc(20, 30, 13), disc(60, 30, 13)))).toBe(2);
  expect(countLobes(any(...three, bridge))).toBe(3);
});

test('bumps and specks are no lobes, and nothing has none', () => {
  expect(countLobes(any(disc(40, 30, 20), disc(61, 30, 3)))).toBe(1);
  expect(countLobes(any(disc(30, 30, 18), disc(70, 10, 4)))).toBe(1);
  expect(countLobes(draw(() => false))).toBe(0);
});

test('a nucleus that fills its picture is one part', () => {
  expect(countLobes(draw(() => true))).toBe(1);
});
