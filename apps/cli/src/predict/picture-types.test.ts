import type { Finding } from '@leukoscope/core';
import { expect, test } from 'vitest';
import { cellInTheMiddle } from '@leukoscope/pipeline';
import { typeOfTop } from './picture-types.ts';

const classes = ['lymphocyte', 'monocyte'] as const;
const finding = (x1: number, score: number, probabilities?: readonly number[]): Finding => ({
  box: { x1, y1: 40, x2: x1 + 20, y2: 60 },
  score,
  classIndex: 1,
  cellClass: 'monocyte',
  isIncomplete: false,
  isUnsure: false,
  ...(probabilities === undefined ? {} : { probabilities }),
});

test('the top box decides wherever it lies; the middle one only over the middle', () => {
  const aside = finding(0, 0.9, [0.3, 0.7]);
  const middle = finding(45, 0.6, [0.4, 0.6]);
  const findings = [middle, aside];
  expect(typeOfTop(findings, classes)).toEqual(aside);
  expect(cellInTheMiddle(findings, { width: 100, height: 100 })).toEqual(middle);
  expect(typeOfTop([], classes)).toBeUndefined();
});

test('without probabilities the top box is certain of its type', () => {
  expect(typeOfTop([finding(0, 0.2)], classes)!.probabilities).toEqual([0, 1]);
});
