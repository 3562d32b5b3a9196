import { expect, test } from 'vitest';
import { isUnseen } from './unseen-cells.ts';

test('a cell is unseen until somebody has seen it, except red cells and platelets', () => {
  const seen = { by: { kind: 'user', id: 'u', name: 'Ana' }, at: '2026-01-01T00:00:00Z' } as const;
  expect(isUnseen({ bin: 'monocyte', seen: null })).toBe(true);
  expect(isUnseen({ bin: 'unidentified', seen: null })).toBe(true);
  expect(isUnseen({ bin: 'monocyte', seen })).toBe(false);
  expect(isUnseen({ bin: 'erythrocyte', seen: null })).toBe(false);
  expect(isUnseen({ bin: 'giant-platelet', seen: null })).toBe(true);
});
