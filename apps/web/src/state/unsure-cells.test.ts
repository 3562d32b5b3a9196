import { expect, test } from 'vitest';
import { foundCell } from '../../test/fake-case-server.ts';
import { isMarkedUnsure, isUnsure } from './unsure-cells.ts';

const seen = { by: { kind: 'user' as const, id: null, name: 'Ann' }, at: '2026-01-01T00:00:00Z' };

test('a cell that the model doubts is unsure until a person has seen it', () => {
  const doubted = foundCell(1, { isUnsure: true });
  expect([doubted, { ...doubted, seen }].map(isUnsure)).toEqual([true, false]);
  expect([doubted, { ...doubted, seen }].map(isMarkedUnsure)).toEqual([true, false]);
});

test('an unidentified cell is unsure whoever has seen it, and its bin says so', () => {
  const unnamed = foundCell(1, { bin: 'unidentified', seen });
  expect([isUnsure(unnamed), isMarkedUnsure(unnamed)]).toEqual([true, false]);
});

test('a cell that the model trusts is not unsure', () => {
  expect(isUnsure(foundCell(1))).toBe(false);
});
