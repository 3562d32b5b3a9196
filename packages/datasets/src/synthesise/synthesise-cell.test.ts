import { expect, test } from 'vitest';
import { synthesiseCell } from './synthesise-cell.ts';

test('puts one cell of the class into the middle of a square picture', () => {
  const { raster, annotations } = synthesiseCell('eosinophil', { seed: 1, side: 64 });
  expect([raster.width, raster.height]).toEqual([64, 64]);
  expect(annotations.map(({ cellClass }) => cellClass)).toEqual(['eosinophil']);
  const box = annotations[0]!.box!;
  expect(Math.abs((box.x1 + box.x2) / 2 - 32)).toBeLessThan(6);
  expect(Math.abs((box.y1 + box.y2) / 2 - 32)).toBeLessThan(6);
});

test('draws coarse classes as one of their kinds and says which', () => {
  const kinds = new Set<string | undefined>();
  for (let seed = 0; seed < 25; seed++) {
    const { annotations, cells } = synthesiseCell('immature-granulocyte', { seed, side: 24 });
    expect(annotations[0]!.cellClass).toBe('immature-granulocyte');
    kinds.add(cells[0]!.kind);
  }
  expect([...kinds].sort()).toEqual(['metamyelocyte', 'myelocyte', 'promyelocyte']);
});

test('a narrower view shows the cell larger', () => {
  const widthAt = (microns: number) => {
    const { box } = synthesiseCell('lymphocyte', { seed: 2, side: 64, microns }).annotations[0]!;
    return box!.x2 - box!.x1;
  };
  expect(widthAt(14) / widthAt(28)).toBeCloseTo(2, 0);
});

test('look, density, pH and strength reach the picture', () => {
  const bytes = (options: object) =>
    synthesiseCell('monocyte', { seed: 3, side: 32, ...options }).raster.data;
  for (const options of [{ look: 'marrow' }, { density: 0 }, { pH: 7.5 }, { strength: 2 }]) {
    expect(bytes(options)).not.toEqual(bytes({}));
  }
});
