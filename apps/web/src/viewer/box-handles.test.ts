import { expect, test } from 'vitest';
import { dragHandle, handleAt, handlesOf } from './box-handles.ts';

const box = { x1: 10, y1: 20, x2: 50, y2: 40 };

test('handles sit on the corners and in the middle of the sides', () => {
  const at = Object.fromEntries(handlesOf(box).map(({ handle, at }) => [handle, at]));
  expect(at['nw']).toEqual({ x: 10, y: 20 });
  expect(at['n']).toEqual({ x: 30, y: 20 });
  expect(at['e']).toEqual({ x: 50, y: 30 });
  expect(at['se']).toEqual({ x: 50, y: 40 });
});

test('the nearest handle is meant, then the inside, then nothing', () => {
  expect(handleAt(box, { x: 11, y: 21 }, 5)).toBe('nw');
  expect(handleAt(box, { x: 29, y: 38 }, 3)).toBe('s');
  expect(handleAt(box, { x: 20, y: 30 }, 3)).toBe('move');
  expect(handleAt(box, { x: 80, y: 30 }, 3)).toBeUndefined();
});

test('a corner moves two sides, a side one, the inside all', () => {
  const from = { x: 0, y: 0 };
  const to = { x: 3, y: -2 };
  expect(dragHandle(box, 'se', from, to)).toEqual({ x1: 10, y1: 20, x2: 53, y2: 38 });
  expect(dragHandle(box, 'n', from, to)).toEqual({ x1: 10, y1: 18, x2: 50, y2: 40 });
  expect(dragHandle(box, 'w', from, to)).toEqual({ x1: 13, y1: 20, x2: 50, y2: 40 });
  expect(dragHandle(box, 'move', from, to)).toEqual({ x1: 13, y1: 18, x2: 53, y2: 38 });
});

test('a side dragged past the opposite one turns the box over', () => {
  expect(dragHandle(box, 'w', { x: 10, y: 30 }, { x: 60, y: 30 })).toEqual({
    x1: 50,
    y1: 20,
    x2: 60,
    y2: 40,
  });
});
