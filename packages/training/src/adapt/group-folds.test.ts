import { expect, test } from 'vitest';
import { groupFolds } from './group-folds.ts';

const cellsOf = (counts: readonly (readonly [group: string, label: string, count: number])[]) =>
  counts.flatMap(([group, label, count]) =>
    Array.from({ length: count }, () => ({ group, label })),
  );

test('a group lies in one fold', () => {
  const cells = cellsOf([
    ['a', 'x', 5],
    ['b', 'x', 3],
    ['a', 'y', 2],
    ['c', 'y', 9],
  ]);
  const folds = groupFolds(cells, 3);
  for (const group of ['a', 'b', 'c']) {
    const own = new Set(folds.filter((_, n) => cells[n]!.group === group));
    expect(own.size).toBe(1);
  }
});

test('slides of a rare type are dealt to different folds', () => {
  const cells = cellsOf([
    ['one', 'rare', 4],
    ['two', 'rare', 4],
    ['three', 'common', 50],
    ['four', 'common', 40],
  ]);
  const folds = groupFolds(cells, 2);
  const foldOf = (group: string) => folds[cells.findIndex((cell) => cell.group === group)];
  expect(foldOf('one')).not.toBe(foldOf('two'));
  expect(foldOf('three')).not.toBe(foldOf('four'));
});
