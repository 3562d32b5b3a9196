import { expect, test } from 'vitest';
import { probabilityByRow, reportClass } from './report-class.ts';

test('a leukocyte that five types do not know keeps a row as coarse as the tree allows', () => {
  expect(reportClass('metamyelocyte', 'five')).toBe('immature-granulocyte');
  expect(reportClass('myeloblast', 'five')).toBe('blast');
  expect(reportClass('band-neutrophil', 'five')).toBe('neutrophil');
  expect(reportClass('neutrophil', 'eleven')).toBe('neutrophil');
  expect(reportClass('leukocyte', 'five')).toBe('leukocyte');
  expect(reportClass('pronormoblast', 'eleven')).toBe('erythroblast');
  expect(reportClass('reactive-lymphocyte', 'fine')).toBe('reactive-lymphocyte');
});

test('probabilities are added up by the row of their class', () => {
  const classes = ['segmented-neutrophil', 'lymphocyte', 'band-neutrophil'] as const;
  expect([...probabilityByRow([0.5, 0.25, 0.25], classes, 'five')]).toEqual([
    ['neutrophil', 0.75],
    ['lymphocyte', 0.25],
  ]);
  expect([...probabilityByRow([0.5, 0.25, 0.25], classes, 'fine').values()]).toEqual([
    0.5, 0.25, 0.25,
  ]);
});
