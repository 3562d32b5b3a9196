import { expect, test } from 'vitest';
import type { Dataset } from '../dataset.ts';
import { datasetStatistics, statisticsText } from './statistics.ts';

const dataset: Dataset = {
  name: 'smears',
  classes: [
    { id: 0, name: 'EO', cellClass: 'eosinophil' },
    { id: 1, name: 'odd|name' },
  ],
  images: [
    {
      id: 1,
      file: 'a.png',
      size: { width: 10, height: 10 },
      slide: 's1',
      split: 'train',
      factors: ['defocus', 'debris'],
      annotations: [
        { classIndex: 0, box: { x1: 0, y1: 0, x2: 4, y2: 9 } },
        { classIndex: 0, box: { x1: 0, y1: 0, x2: 2, y2: 2 }, isCrowd: true },
        { classIndex: 1 },
      ],
    },
    { id: 2, file: 'b.png', slide: 's1', factors: ['defocus'], annotations: [] },
  ],
};

test('counts images, cells, types, sizes, slides, splits and factors', () => {
  const s = datasetStatistics(dataset);
  expect(s).toMatchObject({ images: 2, cells: 2, imagesWithoutCells: 1, imageLevel: 1, crowds: 1 });
  expect(s.classes[0]).toEqual({
    name: 'EO',
    cellClass: 'eosinophil',
    cells: 2,
    images: 1,
    imageLevel: 0,
    boxSide: {
      count: 2,
      minimum: 2,
      median: (2 + Math.sqrt(36)) / 2,
      mean: (2 + 6) / 2,
      maximum: 6,
    },
  });
  expect(s.cellsPerImage).toMatchObject({ minimum: 0, maximum: 2 });
  expect(s.factors).toEqual([
    { name: 'defocus', images: 2, cells: 2 },
    { name: 'debris', images: 1, cells: 2 },
  ]);
  expect(s.slides).toEqual([{ name: 's1', images: 2, cells: 2 }]);
  expect(s.imageSizes.map(({ name }) => name).sort()).toEqual(['10x10', 'unknown']);
});

test('the tables say the same, and names cannot break them', () => {
  const text = statisticsText(datasetStatistics(dataset));
  expect(text).toContain('| EO | eosinophil | 2 | 0 | 66.7 % | 1 | 4 (2 to 6) |');
  expect(text).toContain('odd\\|name');
  expect(text).toContain('| interference factor | images | cells |');
  expect(text).not.toContain('| patient |');
});
