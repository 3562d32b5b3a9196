import { expect, test } from 'vitest';
import { isUnsure } from '../state/unsure-cells.ts';
import { cellsOfField, everyCell, filterCells, flagsOf, nextCell } from './cell-filter.ts';
import { testCell } from './test-cell.ts';

const seen = { by: { kind: 'user' as const, id: null, name: 'A' }, at: '2026-01-01T00:00:00Z' };
const model = testCell({ id: 'x' }).model!;

const sure = testCell({ id: 'sure' });
const doubtful = testCell({ id: 'doubtful', isUnsure: true, model: { ...model, score: 0.4 } });
const confirmed = testCell({ id: 'confirmed', isUnsure: true, seen });
const unidentified = testCell({ id: 'unidentified', bin: 'unidentified', seen });
const added = testCell({ id: 'added', origin: 'person', model: null, seen });
const all = [sure, doubtful, confirmed, unidentified, added];
const ids = (cells: readonly { id: string }[]) => cells.map(({ id }) => id);

test('flags say what is special about a cell', () => {
  expect(flagsOf(sure)).toEqual(['unseen']);
  expect(flagsOf(doubtful)).toEqual(['unsure', 'unseen']);
  expect(flagsOf(unidentified)).toEqual(['unsure', 'unidentified', 'corrected']);
  expect(flagsOf(added)).toEqual(['added']);
  expect(flagsOf(testCell({ id: 'i', isIncomplete: true, seen }))).toEqual(['incomplete']);
});

test('the plain filter gives back the very same list', () => {
  expect(filterCells(all, everyCell)).toBe(all);
});

test('each part of the filter hides cells, and together they hide more', () => {
  expect(ids(filterCells(all, { ...everyCell, mostScore: 0.5 }))).toEqual(['doubtful']);
  expect(ids(filterCells(all, { ...everyCell, flags: ['added', 'unsure'] }))).toEqual([
    'doubtful',
    'unidentified',
    'added',
  ]);
  expect(ids(filterCells(all, { ...everyCell, bin: 'unidentified' }))).toEqual(['unidentified']);
  expect(filterCells(all, { mostScore: 0.5, flags: ['added'], bin: null })).toEqual([]);
});

test('cells of a field come in rows, from left to right, others not at all', () => {
  const at = (id: string, x: number, y: number) =>
    testCell({ id, box: { x1: x, y1: y, x2: x + 20, y2: y + 20 } });
  const cells = [
    at('c', 5, 100),
    at('b', 80, 4),
    at('a', 10, 9),
    testCell({ id: 'z', fieldId: 'other' }),
  ];
  expect(ids(cellsOfField(cells, at('q', 0, 0).fieldId))).toEqual(['a', 'b', 'c']);
});

test('next goes on after the current cell and round the end; previous goes the other way', () => {
  expect(nextCell(all, 'doubtful', isUnsure)?.id).toBe('unidentified');
  expect(nextCell(all, 'unidentified', isUnsure)?.id).toBe('doubtful');
  expect(nextCell(all, undefined, isUnsure)?.id).toBe('doubtful');
  expect(nextCell(all, 'doubtful', isUnsure, -1)?.id).toBe('unidentified');
  expect(nextCell(all, undefined, () => true, -1)?.id).toBe('added');
  expect(nextCell([sure], 'sure', isUnsure)).toBeUndefined();
  expect(nextCell([], undefined, isUnsure)).toBeUndefined();
});
