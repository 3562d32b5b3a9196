import { expect, test } from 'vitest';
import { changeRows } from './change-rows.ts';
import { moveOf } from '../../state/history-entry-for-tests.ts';

test('writes types by their names, and who has seen the cell', () => {
  const change = moveOf('a', 'unidentified', 'band-neutrophil');
  const after = { ...change.after, seen: { by: { name: 'Ana' }, at: '' } };
  expect(changeRows({ ...change, after })).toEqual([
    { what: 'type', before: 'Unidentified', after: 'Band neutrophil' },
    { what: 'seen by', before: '', after: 'Ana' },
  ]);
});

test('leaves out what is the same before and after', () => {
  expect(changeRows(moveOf('a', 'blast', 'blast')).map((row) => row.what)).not.toContain('type');
});

test('writes boxes by their corners in whole pixels', () => {
  const box = { x1: 1.2, y1: 2, x2: 30.6, y2: 40 };
  expect(changeRows({ subject: 'cell', id: 'a', before: null, after: { box } })).toEqual([
    { what: 'box', before: '', after: '(1, 2) to (31, 40)' },
  ]);
});

test('writes facts of a case with their units', () => {
  const change = {
    subject: 'case',
    id: 'c',
    before: { targetCells: 100 },
    after: { targetCells: 200 },
  };
  expect(changeRows({ ...change, subject: 'case' })).toEqual([
    { what: 'the target', before: '100 cells', after: '200 cells' },
  ]);
});
