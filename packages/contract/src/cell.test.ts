import { cellClasses } from '@leukoscope/core';
import { expect, test } from 'vitest';
import { binSchema, cellClassSchema, modelAnswerSchema } from './cell.ts';
import { boxSchema } from './geometry.ts';
import { newReviewSchema } from './review.ts';
import { userNameSchema } from './user.ts';

test('knows every cell class of core and no other', () => {
  expect(cellClassSchema.options).toEqual(Object.keys(cellClasses));
  expect(cellClassSchema.safeParse('wbc').success).toBe(false);
});

test('takes classes and the two other bins as bins', () => {
  for (const bin of ['monocyte', 'unidentified', 'not-classed']) {
    expect(binSchema.parse(bin)).toBe(bin);
  }
  expect(binSchema.safeParse('Unidentified').success).toBe(false);
});

test('refuses boxes without an area', () => {
  expect(boxSchema.safeParse({ x1: 3, y1: 0, x2: 3, y2: 2 }).success).toBe(false);
  expect(boxSchema.safeParse({ x1: 3, y1: 0, x2: 4, y2: 2 }).success).toBe(true);
});

test('redraws one cell at a time', () => {
  const cell = { id: '0190a5d0-0000-7000-8000-000000000001', revision: 0 };
  const box = { x1: 0, y1: 0, x2: 1, y2: 1 };
  const redraw = (cells: unknown) =>
    newReviewSchema.safeParse({ action: { kind: 'redraw', cells, box, mask: null } }).success;
  expect(redraw([cell])).toBe(true);
  expect(redraw([cell, cell])).toBe(false);
  expect(redraw([])).toBe(false);
});

test('brings names to sign in with to lower case', () => {
  expect(userNameSchema.parse(' Ada.L ')).toBe('ada.l');
  expect(userNameSchema.safeParse('a b').success).toBe(false);
});

test('reads answers of older servers, which hold neither nucleus nor attributes, as they are', () => {
  const old = {
    modelId: 'm',
    cellClass: 'monocyte',
    bin: 'monocyte',
    score: 0.9,
    probabilities: [],
    runnerUp: null,
  };
  expect(modelAnswerSchema.parse(old)).toEqual(old);
  const attributes = [{ name: 'vacuoles', value: 'yes', probability: 0.8 }];
  const nucleus = { mask: { width: 9, height: 9, counts: '0' }, lobes: 2, share: 0.4 };
  const now = { ...old, nucleus, attributes };
  expect(modelAnswerSchema.parse(now)).toEqual(now);
});
