import { boxIou, createRandom } from '@leukoscope/core';
import { identityAffine } from '@leukoscope/image';
import { expect, test } from 'vitest';
import { drawExpansion, drawPatch } from './patch-step.ts';
import { parseRecipe, type StepOf } from './recipe.ts';

const size = { width: 200, height: 100 };
const cell = { x1: 120, y1: 30, x2: 160, y2: 70 };
const patchOf = (fields: object) =>
  parseRecipe({ steps: [{ kind: 'patch', ...fields }] }).steps[0] as StepOf<'patch'>;

test('a patch lies on the picture, overlaps a cell as much as was drawn and holds its middle', () => {
  const step = patchOf({ leastIou: [0.3] });
  let found = 0;
  for (let seed = 1; seed <= 60; seed++) {
    const patch = drawPatch(size, step, [{ box: cell }], identityAffine, createRandom(seed));
    if (patch === undefined) continue;
    found++;
    expect(boxIou(patch, cell)).toBeGreaterThanOrEqual(0.3);
    expect([patch.x1 >= 0, patch.y1 >= 0, patch.x2 <= 200, patch.y2 <= 100]).not.toContain(false);
    expect([patch.x1 <= 140 && patch.x2 > 140, patch.y1 <= 50 && patch.y2 > 50]).not.toContain(
      false,
    );
    const aspect = (patch.x2 - patch.x1) / (patch.y2 - patch.y1);
    expect(aspect >= 0.5 && aspect <= 2).toBe(true);
  }
  expect(found).toBeGreaterThan(10);
});

test('where no part overlaps that much, or no cell is there, nothing is cut', () => {
  const tiny = { x1: 5, y1: 5, x2: 8, y2: 8 };
  const step = patchOf({ leastIou: [0.9] });
  const draw = (annotations: { box?: typeof tiny; isCrowd?: boolean }[]) =>
    drawPatch(size, step, annotations, identityAffine, createRandom(1));
  expect(draw([{ box: tiny }])).toBeUndefined();
  expect(draw([])).toBeUndefined();
  expect(draw([{ box: { x1: 0, y1: 0, x2: 200, y2: 100 }, isCrowd: true }])).toBeUndefined();
});

test('a larger canvas holds the whole picture', () => {
  const step = parseRecipe({ steps: [{ kind: 'expand' }] }).steps[0] as StepOf<'expand'>;
  for (let seed = 1; seed <= 20; seed++) {
    const placed = drawExpansion(size, step, createRandom(seed));
    const factor = placed.size.width / size.width;
    expect(factor).toBeGreaterThanOrEqual(1);
    expect(factor).toBeLessThanOrEqual(4);
    expect(placed.size.height / size.height).toBeCloseTo(factor, 1);
    expect(placed.left >= 0 && placed.left + 200 <= placed.size.width).toBe(true);
    expect(placed.top >= 0 && placed.top + 100 <= placed.size.height).toBe(true);
  }
});
