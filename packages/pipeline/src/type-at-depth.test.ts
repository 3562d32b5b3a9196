import { type CellClass, createRandom, type Finding } from '@leukoscope/core';
import { expect, test } from 'vitest';
import { typeAtDepth } from './type-at-depth.ts';

const classes = [
  'segmented-neutrophil',
  'band-neutrophil',
  'metamyelocyte',
  'lymphocyte',
] as const satisfies readonly CellClass[];
const facts = { classes, unsureBelow: 0.7 };

function found(probabilities: readonly number[], isUnsure = false): Finding {
  const classIndex = probabilities.indexOf(Math.max(...probabilities));
  return {
    box: { x1: 0, y1: 0, x2: 9, y2: 9 },
    score: 0.9,
    classIndex,
    cellClass: classes[classIndex]!,
    probabilities,
    isUnsure,
    isIncomplete: false,
  };
}

test('a doubt between two kinds of one type is none among five types', () => {
  const torn = found([0.5, 0.45, 0.03, 0.02], true);
  expect(typeAtDepth(torn, facts, 'five')).toEqual({ ...torn, isUnsure: false });
  expect(typeAtDepth(torn, facts, 'eleven').isUnsure).toBe(true);
  expect(typeAtDepth(torn, facts, 'fine')).toBe(torn);
});

test('the likeliest row wins over the likeliest class, and keeps its likeliest class', () => {
  const split = found([0.26, 0.3, 0.04, 0.4]);
  expect(split.cellClass).toBe('lymphocyte');
  expect(typeAtDepth(split, facts, 'five')).toMatchObject({
    cellClass: 'band-neutrophil',
    classIndex: 1,
    isUnsure: true,
  });
  expect(typeAtDepth(split, facts, 'eleven').cellClass).toBe('lymphocyte');
});

test('a model that names no doubts keeps those of its findings', () => {
  const finding = found([0.9, 0.1, 0, 0], true);
  expect(typeAtDepth(finding, { classes, unsureBelow: undefined }, 'five').isUnsure).toBe(true);
  const { probabilities: _, ...plain } = found([0, 0, 0, 1]);
  expect(typeAtDepth(plain, facts, 'five')).toBe(plain);
});

test('what is trusted as fine as the model says is trusted in every coarser table', () => {
  const random = createRandom(7);
  for (let i = 0; i < 500; i++) {
    const weights = classes.map(() => random.next() ** 4);
    const sum = weights.reduce((a, b) => a + b, 0);
    const probabilities = weights.map((weight) => weight / sum);
    const fine = found(probabilities, Math.max(...probabilities) < facts.unsureBelow);
    if (fine.isUnsure) continue;
    for (const depth of ['five', 'eleven'] as const) {
      expect(typeAtDepth(fine, facts, depth)).toEqual(fine);
    }
  }
});
