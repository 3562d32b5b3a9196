import type { ComparedCell } from '@leukoscope/contract';
import { expect, test } from 'vitest';
import { agreementTable, differenceOf, disagreements } from './disagreements.ts';

const box = { x1: 0, y1: 0, x2: 1, y2: 1 };
const answer = (cellClass: 'monocyte' | 'blast', score = 0.9) => ({
  cellClass,
  bin: cellClass,
  score,
  box,
});
const cell = (
  cellId: string,
  first: ComparedCell['first'],
  second: ComparedCell['second'],
): ComparedCell => ({ cellId, fieldId: 'f', reviewed: null, first, second, iou: null });

test('tells same answers, other types, and cells that only one model found', () => {
  expect(differenceOf({ first: answer('blast'), second: answer('blast', 0.5) })).toBe('same');
  expect(differenceOf({ first: answer('blast'), second: answer('monocyte') })).toBe('type');
  expect(differenceOf({ first: answer('blast'), second: null })).toBe('only-first');
  expect(differenceOf({ first: null, second: answer('blast') })).toBe('only-second');
  expect(differenceOf({ first: null, second: null })).toBe('same');
});

test('counts the same type as different where one model is not sure enough to class it', () => {
  const unsure = { ...answer('blast', 0.3), bin: 'unidentified' as const };
  expect(differenceOf({ first: answer('blast'), second: unsure })).toBe('type');
});

test('lists the surest contradictions first, then what one model missed', () => {
  const cells = [
    cell('missed', answer('blast'), null),
    cell('unsure', answer('blast', 0.4), answer('monocyte', 0.5)),
    cell('same', answer('blast'), answer('blast')),
    cell('sure', answer('blast'), answer('monocyte')),
  ];
  const ids = (filter: Parameters<typeof disagreements>[1]) =>
    disagreements(cells, filter).map((shown) => shown.cellId);
  expect(ids('all')).toEqual(['sure', 'unsure', 'missed']);
  expect(ids('type')).toEqual(['sure', 'unsure']);
  expect(ids('only-second')).toEqual([]);
});

test('lays pairs of answers out in the order of reports, not found last', () => {
  const table = agreementTable([
    { first: 'monocyte', second: null, count: 2 },
    { first: 'blast', second: 'monocyte', count: 3 },
    { first: 'unidentified', second: 'blast', count: 0 },
  ]);
  expect(table.rows).toEqual(['blast', 'monocyte']);
  expect(table.columns).toEqual(['monocyte', null]);
  expect(table.count('blast', 'monocyte')).toBe(3);
  expect(table.count('monocyte', 'monocyte')).toBe(0);
});
