import type { CellClass } from '@leukoscope/core';
import { refinerClasses } from '@leukoscope/models';
import { expect, test } from 'vitest';
import { answerFor, isRight, probabilityOfLabel } from './judge-type.ts';

const answer = (shares: Partial<Record<CellClass, number>>) =>
  refinerClasses.map((name) => shares[name] ?? 0);
const right = (shares: Partial<Record<CellClass, number>>, label: CellClass) =>
  isRight(answer(shares), refinerClasses, label);

test('a coarse label is right when its kinds together are likelier than any other', () => {
  const shares = { 'segmented-neutrophil': 0.35, 'band-neutrophil': 0.25, monocyte: 0.4 };
  expect(right(shares, 'neutrophil')).toBe(true);
  expect(probabilityOfLabel(answer(shares), refinerClasses, 'neutrophil')).toBeCloseTo(0.6, 9);
});

test("a kind above the model's own is right by the sum of its kinds", () => {
  const shares = { myelocyte: 0.3, promyelocyte: 0.3, monocyte: 0.4 };
  expect(right(shares, 'immature-granulocyte')).toBe(true);
  expect(right({ monocyte: 0.6, myelocyte: 0.4 }, 'immature-granulocyte')).toBe(false);
});

test('a fine label asks for just that', () => {
  const shares = { 'segmented-neutrophil': 0.6, 'band-neutrophil': 0.4 };
  expect(right(shares, 'band-neutrophil')).toBe(false);
  expect(right(shares, 'segmented-neutrophil')).toBe(true);
});

test('a label that is finer than the model is judged by what the model can tell', () => {
  expect(right({ blast: 0.7, lymphocyte: 0.3 }, 'myeloblast')).toBe(true);
  expect(right({ lymphocyte: 0.7, blast: 0.3 }, 'reactive-lymphocyte')).toBe(true);
  expect(right({ erythroblast: 1 }, 'pronormoblast')).toBe(true);
});

test('a lymphocyte called a blast is called a blast', () => {
  expect(answerFor(answer({ blast: 0.6, lymphocyte: 0.4 }), refinerClasses, 'lymphocyte')).toBe(
    'blast',
  );
});
