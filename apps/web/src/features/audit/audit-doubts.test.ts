import type { Cell, Field } from '@leukoscope/contract';
import type { Box, CellClass } from '@leukoscope/core';
import { expect, test } from 'vitest';
import {
  actionOf,
  type AuditedCase,
  doubtsOfCase,
  doubtWords,
  verdictsOf,
} from './audit-doubts.ts';

const boxAt = (x: number): Box => ({ x1: x, y1: 0, x2: x + 20, y2: 20 });
const field = { id: 'f', position: 1, analysis: { modelId: 'own' } } as Field;

function cell(id: string, x: number, bin: Cell['bin'], model: CellClass | null, rest = {}): Cell {
  const answer =
    model === null ? null : { modelId: 'own', cellClass: model, bin: model, score: 0.9 };
  const known = { id, fieldId: 'f', revision: 3, box: boxAt(x), mask: null, isDeleted: false };
  return { ...known, bin, model: answer, seen: null, ...rest } as Cell;
}

function audited(
  cells: readonly Cell[],
  ...others: readonly (readonly [number, CellClass][])[]
): AuditedCase {
  const answer = (x: number, cellClass: CellClass) => ({
    fieldId: 'f',
    cellId: null,
    reviewed: null,
    first: null,
    second: { box: boxAt(x), cellClass, bin: cellClass, score: 0.8 },
    iou: null,
  });
  return {
    fields: [field],
    cells,
    models: [],
    comparisons: others.map((found, i) => ({
      modelId: `other ${i}`,
      cells: found.map(([x, cellClass]) => answer(x, cellClass)),
    })),
  };
}

test('a type that people gave against what all models say is doubted, the surest first', () => {
  const moved = cell('a', 0, 'monocyte', 'lymphocyte');
  const kept = cell('b', 50, 'lymphocyte', 'lymphocyte');
  const [doubt, ...more] = doubtsOfCase(
    audited(
      [moved, kept],
      [
        [0, 'lymphocyte'],
        [50, 'lymphocyte'],
      ],
      [
        [1, 'lymphocyte'],
        [50, 'lymphocyte'],
      ],
    ),
  );
  expect(more).toEqual([]);
  expect(doubt).toMatchObject({ kind: 'type', key: 'a', found: 3, voted: 3, asked: 3 });
  expect(doubtWords(doubt!)).toBe('3 of 3 models say Lymphocyte');
  expect(actionOf(doubt!, 'change', moved)).toMatchObject({
    kind: 'reclassify',
    bin: 'lymphocyte',
  });
  // Keeping is written too: who confirmed it stands in the history.
  expect(actionOf(doubt!, 'keep', moved)).toEqual({
    kind: 'reclassify',
    cells: [{ id: 'a', revision: 3 }],
    bin: 'monocyte',
  });
});

test('a cell that people took out against all models is missed, and can be added', () => {
  const gone = cell('a', 0, 'lymphocyte', 'lymphocyte', { isDeleted: true });
  const [doubt] = doubtsOfCase(audited([gone], [[0, 'lymphocyte']]));
  expect(doubt).toMatchObject({ kind: 'missed', cell: undefined, found: 2 });
  expect(verdictsOf(doubt!)).toEqual(['keep', 'change']);
  expect(actionOf(doubt!, 'keep', undefined)).toBeNull();
  expect(actionOf(doubt!, 'change', undefined)).toMatchObject({
    kind: 'add',
    fieldId: 'f',
    bin: 'lymphocyte',
  });
});

test("a cell that no model sees may be none; red cells and platelets are nobody's doubt", () => {
  const drawn = cell('a', 0, 'lymphocyte', null);
  const red = cell('r', 80, 'erythrocyte', 'erythrocyte');
  const [doubt, ...more] = doubtsOfCase(audited([drawn, red], [[120, 'platelet']], []));
  expect(more).toEqual([]);
  expect(doubt).toMatchObject({ kind: 'nothing', key: 'a', found: 0 });
  expect(verdictsOf(doubt!)).toEqual(['keep', 'take-out']);
  expect(actionOf(doubt!, 'take-out', drawn)).toMatchObject({ kind: 'delete' });
});

test('a verdict is about the cell as it is after the ones before', () => {
  const moved = cell('a', 0, 'monocyte', 'lymphocyte');
  const [doubt] = doubtsOfCase(audited([moved], [[0, 'lymphocyte']]));
  const action = actionOf(doubt!, 'take-out', { ...moved, revision: 7 });
  expect(action).toEqual({ kind: 'delete', cells: [{ id: 'a', revision: 7 }] });
});
