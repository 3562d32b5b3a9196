import type { CellClass, Finding } from '@leukoscope/core';
import { expect, test } from 'vitest';
import { classesFor, stageFinding } from './stage-finding.ts';

const classes = ['myelocyte', 'erythroblast', 'lymphocyte'] as const satisfies readonly CellClass[];
const stages = {
  specimen: 'marrow',
  classes: ['basophilic-normoblast', 'polychromatic-normoblast', 'myelocyte'],
  unsureBelow: 0.4,
} as const;
const facts = { classes, stages, unsureBelow: 0.7 };
const marrow = { depth: 'fine', expectation: 'marrow' } as const;

function found(
  probabilities: readonly number[],
  seen?: readonly number[],
): Finding & { stages?: readonly number[] } {
  return {
    box: { x1: 0, y1: 0, x2: 9, y2: 9 },
    score: 0.9,
    classIndex: 0,
    cellClass: 'myelocyte',
    probabilities,
    isUnsure: false,
    isIncomplete: false,
    ...(seen === undefined ? {} : { stages: seen }),
  };
}

test('in marrow the stage is told, in classes behind those of the model', () => {
  const staged = stageFinding(found([0.5, 0.3, 0.2], [0.25, 0.625, 0.125]), facts, marrow);
  expect(classesFor(facts, marrow)).toEqual([
    ...classes,
    'basophilic-normoblast',
    'polychromatic-normoblast',
  ]);
  expect(staged).toMatchObject({
    cellClass: 'polychromatic-normoblast',
    classIndex: 4,
    isUnsure: false, // .8 · .625 = .5
  });
  for (const [k, p] of [0.1, 0, 0.2, 0.2, 0.5].entries())
    expect(staged.probabilities![k]).toBeCloseTo(p, 12);
  expect(staged).not.toHaveProperty('stages');
});

test('a stage below its own threshold is not sure', () => {
  const staged = stageFinding(found([0.5, 0.3, 0.2], [0.34, 0.33, 0.33]), facts, marrow);
  expect(staged).toMatchObject({ cellClass: 'basophilic-normoblast', isUnsure: true });
});

test('a kind without stages that is likelier than any stage keeps the cell, with the doubt of its own', () => {
  const staged = stageFinding(found([0.2, 0.2, 0.6], [0.1, 0.8, 0.1]), facts, marrow);
  expect(staged).toMatchObject({ cellClass: 'lymphocyte', classIndex: 2, isUnsure: true });
  expect(stageFinding(found([0.1, 0.1, 0.8], [0.1, 0.8, 0.1]), facts, marrow).isUnsure).toBe(false);
});

test('nobody else sees stages: other specimens, coarser tables, models and findings without them', () => {
  const { stages: _, ...plain } = found([0.5, 0.3, 0.2], [0.1, 0.8, 0.1]);
  const seen = found([0.5, 0.3, 0.2], [0.1, 0.8, 0.1]);
  const { stages: __, ...without } = facts;
  expect(stageFinding(seen, facts, { depth: 'fine', expectation: undefined })).toEqual(plain);
  expect(stageFinding(seen, facts, { depth: 'fine', expectation: 'leukaemia' })).toEqual(plain);
  expect(stageFinding(seen, facts, { depth: 'five', expectation: 'marrow' })).toEqual(plain);
  expect(stageFinding(seen, without, marrow)).toEqual(plain);
  expect(stageFinding(plain, facts, marrow)).toEqual(plain);
  expect(classesFor(facts, { depth: 'five', expectation: 'marrow' })).toBe(classes);
  expect(classesFor(without, { depth: 'fine', expectation: undefined })).toBe(classes);
});
