import { maskBox } from '@leukoscope/core';
import { synthesiseField } from '@leukoscope/datasets';
import { expect, test } from 'vitest';
import { composeSamples, interfereSamples, type TrainingSample } from './interfered-samples.ts';
import { fieldsOfSamples } from './locator-fields.ts';
import { cropsOfSamples } from './refiner-crops.ts';

const samples = [1, 2].map(
  (seed): TrainingSample => ({
    ...synthesiseField({
      seed,
      size: { width: 260, height: 220 },
      pixelsPerMicron: 4,
      cells: ['lymphocyte', 'monocyte'],
    }),
    image: `set/${seed}`,
  }),
);
const leukocytes = (sample: TrainingSample) =>
  sample.annotations.filter(
    ({ cellClass }) => /cyte$/.test(cellClass ?? '') && cellClass !== 'erythrocyte',
  );

test('every sample comes under every factor, the same for the same seed', () => {
  const factors = ['overlapping-leukocytes', 'degenerated-cells'] as const;
  const changed = interfereSamples(samples, factors, 5);
  expect(changed.map(({ image }) => image)).toEqual(['set/1', 'set/1', 'set/2', 'set/2']);
  expect(leukocytes(changed[0]!).length).toBeGreaterThan(leukocytes(samples[0]!).length);
  const again = interfereSamples(samples, factors, 5);
  expect(Buffer.compare(again[3]!.raster.data, changed[3]!.raster.data)).toBe(0);
});

test('composed scenes hold the wanted number of cells, boxed where they are seen', () => {
  for (const { annotations, raster } of composeSamples(samples, 3, 7)) {
    expect(annotations.length).toBeGreaterThan(0);
    expect(annotations.length).toBeLessThan(9);
    for (const { box, mask } of annotations) {
      expect(maskBox(mask!)).toEqual(box);
      expect(box!.x2).toBeLessThanOrEqual(raster.width);
    }
  }
});

test('both networks learn from them: leukocytes as boxes, and as outlined crops with a type', () => {
  const fields = fieldsOfSamples(samples, 'interfered');
  expect(fields[0]!.cells.length).toBe(leukocytes(samples[0]!).length);
  expect(fields[0]!.cells.every(({ kind }) => kind === 0)).toBe(true);
  const crops = cropsOfSamples(samples, 'interfered');
  expect(new Set(crops.map(({ knowledge }) => knowledge))).toEqual(
    new Set(['lymphocyte', 'monocyte']),
  );
  expect(crops.every(({ mask, group }) => mask !== undefined && group === 'set/interfered')).toBe(
    true,
  );
});
