import { maskArea, maskBox } from '@leukoscope/core';
import { expect, test } from 'vitest';
import {
  nucleatedProbability,
  outlinedBox,
  refinerMask,
  refinerProbabilities,
  refinerSquare,
  tempered,
} from './decode-refiner.ts';

const image = { width: 100, height: 80 };

/** Logits of a disc in a grid: the distance inside its rim. */
function disc(grid: number, radius: number): Float32Array {
  return Float32Array.from({ length: grid * grid }, (_, i) => {
    const x = (i % grid) + 0.5 - grid / 2;
    const y = Math.floor(i / grid) + 0.5 - grid / 2;
    return radius - Math.hypot(x, y);
  });
}

test('the square is centred on the box and as much wider as the margin says', () => {
  const square = refinerSquare({ x1: 10, y1: 20, x2: 30, y2: 60 }, 1.35);
  const side = 40 * 1.35;
  expect(square.side).toBeCloseTo(side);
  expect(square.left).toBeCloseTo(20 - side / 2);
  expect(square.top).toBeCloseTo(40 - side / 2);
});

test('a disc of logits becomes a disc of the image', () => {
  const mask = refinerMask(disc(24, 8), { left: 20, top: 10, side: 48 }, image)!;
  // radius 8 of 24 grid cells is 16 of 48 pixels
  expect(maskArea(mask.mask)).toBeCloseTo(Math.PI * 16 * 16, -2);
  expect(maskBox(mask)).toEqual({ x1: 28, y1: 18, x2: 60, y2: 50 });
});

test('specks beside the largest region go', () => {
  const logits = disc(24, 8);
  logits[0] = 5;
  const mask = refinerMask(logits, { left: 20, top: 10, side: 48 }, image)!;
  expect(maskBox(mask)!.x1).toBe(28);
});

test('a mask ends at the border of the image', () => {
  const mask = refinerMask(disc(24, 8), { left: 70, top: 10, side: 48 }, image)!;
  expect(maskBox(mask)!.x2).toBe(100);
});

test('no mask comes from logits below 0', () => {
  expect(
    refinerMask(new Float32Array(16).fill(-1), { left: 0, top: 0, side: 8 }, image),
  ).toBeUndefined();
});

test('temperature flattens probabilities without reordering them', () => {
  const logits = [2, 0, -1];
  const sharp = refinerProbabilities(logits);
  const flat = tempered(sharp, 4);
  expect(sharp.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
  expect(sharp[0]).toBeCloseTo(Math.exp(2) / (Math.exp(2) + 1 + Math.exp(-1)), 12);
  expect(flat[0]!).toBeLessThan(sharp[0]!);
  expect(flat[0]!).toBeGreaterThan(flat[1]!);
  // p^(1/T), scaled to 1, is softmax(z / T)
  expect(flat[0]).toBeCloseTo(refinerProbabilities(logits.map((z) => z / 4))[0]!, 12);
});

test('the nucleated share leaves platelets, red cells, smudges and artefacts out', () => {
  const even = new Float64Array(15).fill(1 / 15);
  expect(nucleatedProbability(even)).toBeCloseTo(11 / 15, 12);
});

test('the box follows the outline, but not onto a neighbour', () => {
  const located = { x1: 10, y1: 10, x2: 30, y2: 30 };
  const outline = (width: number) => ({
    ...{ left: 11, top: 10 },
    mask: { width, height: 20, data: new Uint8Array(width * 20).fill(1) },
  });
  expect(outlinedBox(located, outline(20))).toEqual({ x1: 11, y1: 10, x2: 31, y2: 30 });
  expect(outlinedBox(located, outline(38))).toBe(located);
  expect(outlinedBox(located, undefined)).toBe(located);
});
