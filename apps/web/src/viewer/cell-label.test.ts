import { expect, test } from 'vitest';
import { cellLabel, scoreText } from './cell-label.ts';
import { testCell } from './test-cell.ts';

const { model } = testCell({ id: 'a' });

test('a small probability is not written as none', () => {
  expect([0, 0.001, 0.005, 0.994].map(scoreText)).toEqual(['0.00', '<0.01', '0.01', '0.99']);
});

test('a cell that lies where the model put it shows its type and score', () => {
  expect(cellLabel({ bin: 'neutrophil', model })).toBe('Neutrophil 0.90');
});

test('another bin shows what the model had said', () => {
  expect(cellLabel({ bin: 'unidentified', model })).toBe('Unidentified (neutrophil 0.90)');
  expect(cellLabel({ bin: 'basophil', model })).toBe('Basophil (model: neutrophil 0.90)');
});

test('a cell that a person added has no score', () => {
  expect(cellLabel({ bin: 'basophil', model: null })).toBe('Basophil, added');
});
