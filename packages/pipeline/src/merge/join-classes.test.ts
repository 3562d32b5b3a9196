import { type CellClass, taxonomies } from '@leukoscope/core';
import { expect, test } from 'vitest';
import type { ModelFinding } from '../model/leukocyte-model.ts';
import { inJoinedClasses, joinClasses } from './join-classes.ts';

const { five, eleven } = taxonomies;

const finding = (
  classes: readonly CellClass[],
  cellClass: CellClass,
  probabilities?: readonly number[],
): ModelFinding => ({
  box: { x1: 0, y1: 0, x2: 9, y2: 9 },
  score: 0.5,
  classIndex: classes.indexOf(cellClass),
  cellClass,
  isUnsure: false,
  ...(probabilities === undefined ? {} : { probabilities }),
});

test('alike lists stay in their order', () => {
  const classes: CellClass[] = ['monocyte', 'basophil'];
  expect(joinClasses([classes, [...classes]])).toEqual(classes);
});

test('five and eleven types join on neutrophils, and keep what only one of them knows', () => {
  const joined = joinClasses([five.classes, eleven.classes]);
  expect(joined).toEqual(expect.arrayContaining([...five.classes, 'blast', 'myelocyte']));
  expect(joined).not.toContain('band-neutrophil');
  expect(joined).not.toContain('segmented-neutrophil');
  expect(joined).not.toContain('reactive-lymphocyte');
  expect(joinClasses([five.classes, ['leukocyte', 'platelet']])).toEqual(['leukocyte', 'platelet']);
});

test('probabilities of what a joined class holds are added, and the type is decided again', () => {
  const fine: CellClass[] = ['segmented-neutrophil', 'band-neutrophil', 'monocyte'];
  const joined = joinClasses([fine, ['neutrophil', 'monocyte']]);
  expect(joined).toEqual(['neutrophil', 'monocyte']);
  const facts = { classes: fine, unsureBelow: 0.6 };
  const told = inJoinedClasses(finding(fine, 'monocyte', [0.3, 0.32, 0.38]), facts, joined);
  expect(told).toMatchObject({ classIndex: 0, cellClass: 'neutrophil', isUnsure: false });
  expect(told.probabilities![0]).toBeCloseTo(0.3 + 0.32, 12);
  expect(told.probabilities![1]).toBeCloseTo(0.38, 12);
  const unsure = inJoinedClasses(finding(fine, 'monocyte', [0.2, 0.25, 0.55]), facts, joined);
  expect(unsure).toMatchObject({ cellClass: 'monocyte', isUnsure: true });
});

test('without probabilities the type alone is made coarser', () => {
  const fine: CellClass[] = ['band-neutrophil', 'monocyte'];
  const told = inJoinedClasses(finding(fine, 'band-neutrophil'), { classes: fine }, [
    'monocyte',
    'neutrophil',
  ]);
  expect(told).toMatchObject({ classIndex: 1, cellClass: 'neutrophil' });
  expect(told).not.toHaveProperty('probabilities');
});

test("a model's own choice stands where nothing of it became coarser", () => {
  const own: CellClass[] = ['monocyte', 'basophil'];
  const chosen = finding(own, 'basophil', [0.6, 0.4]);
  const told = inJoinedClasses(chosen, { classes: own, unsureBelow: 0.9 }, [
    'basophil',
    'monocyte',
    'platelet',
  ]);
  expect(told).toMatchObject({ classIndex: 0, cellClass: 'basophil', isUnsure: false });
  expect(told.probabilities).toEqual([0.4, 0.6, 0]);
});
