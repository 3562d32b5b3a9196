import { boxIou } from '@leukoscope/core';
import { synthesiseCell } from '@leukoscope/datasets';
import { expect, test } from 'vitest';
import { locateCentredCell } from './locate-centred-cell.ts';

test('finds the centred cell of synthetic pictures roughly', () => {
  const kinds = ['segmented-neutrophil', 'lymphocyte', 'monocyte', 'basophil'] as const;
  for (const [i, kind] of kinds.entries()) {
    const { raster, annotations } = synthesiseCell(kind, { seed: 5 + i, side: 160, microns: 36 });
    const truth = annotations.find(({ cellClass }) => cellClass === kind)!.box!;
    expect(boxIou(locateCentredCell(raster), truth), kind).toBeGreaterThan(0.5);
  }
});

test('falls back to the middle of an empty picture', () => {
  const raster = {
    width: 60,
    height: 120,
    channels: 3,
    bitDepth: 8,
    data: new Uint8Array(60 * 120 * 3).fill(220),
  } as const;
  const box = locateCentredCell(raster);
  expect((box.x1 + box.x2) / 2).toBeCloseTo(30, 5);
  expect((box.y1 + box.y2) / 2).toBeCloseTo(60, 5);
});
