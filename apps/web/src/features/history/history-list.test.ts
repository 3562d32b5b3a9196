import { expect, test } from 'vitest';
import { entryOf, moveOf } from '../../state/history-entry-for-tests.ts';
import { isUndoable, narrowed, peopleOf, withNews } from './history-list.ts';

const moved = entryOf(1, 'cells.reclassified', [moveOf('a', 'blast', 'monocyte')]);
const signed = entryOf(2, 'case.signed', [], { by: { kind: 'user', id: 'bo', name: 'Bo' } });
const undone = entryOf(3, 'cells.undone', [], { undoes: moved.id });

test('marks an entry as undone when its undo arrives', () => {
  const entries = withNews([moved, signed], [signed, undone]);
  expect(entries.map((entry) => [entry.sequence, entry.undoneBy])).toEqual([
    [1, undone.id],
    [2, null],
    [3, null],
  ]);
});

test('stays the same list when nothing is new', () => {
  const entries = [moved, signed];
  expect(withNews(entries, [moved])).toBe(entries);
});

test('narrows to a kind and a person, newest first', () => {
  const entries = [moved, signed, undone];
  expect(narrowed(entries, 'all', '')).toEqual([undone, signed, moved]);
  expect(narrowed(entries, 'reviews', '')).toEqual([undone, moved]);
  expect(narrowed(entries, 'signatures', 'ana')).toEqual([]);
  expect(narrowed(entries, 'all', 'bo')).toEqual([signed]);
});

test('lists people once, by the name they had last', () => {
  const renamed = entryOf(4, 'cells.seen', [], { by: { kind: 'user', id: 'ana', name: 'Ana B.' } });
  expect(peopleOf([moved, signed, renamed])).toEqual([
    { key: 'ana', name: 'Ana B.' },
    { key: 'bo', name: 'Bo' },
  ]);
});

test('lets people take back their own reviews that stand, nothing else', () => {
  expect(isUndoable(moved, 'ana')).toBe(true);
  expect(isUndoable(undone, 'ana')).toBe(true);
  expect(isUndoable(moved, 'bo')).toBe(false);
  expect(isUndoable({ ...moved, undoneBy: undone.id }, 'ana')).toBe(false);
  expect(isUndoable(signed, 'bo')).toBe(false);
});
