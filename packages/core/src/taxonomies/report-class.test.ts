import { expect, test } from 'vitest';
import { reportClass } from './report-class.ts';

test('a leukocyte that five types do not know keeps a row as coarse as the tree allows', () => {
  expect(reportClass('metamyelocyte', 'five')).toBe('immature-granulocyte');
  expect(reportClass('myeloblast', 'five')).toBe('blast');
  expect(reportClass('band-neutrophil', 'five')).toBe('neutrophil');
  expect(reportClass('neutrophil', 'eleven')).toBe('neutrophil');
  expect(reportClass('leukocyte', 'five')).toBe('leukocyte');
  expect(reportClass('pronormoblast', 'eleven')).toBe('erythroblast');
  expect(reportClass('reactive-lymphocyte', 'fine')).toBe('reactive-lymphocyte');
});
