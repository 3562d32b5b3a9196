import { createRle, taxonomies } from '@leukoscope/core';
import { expect, test } from 'vitest';
import type { Dataset } from './dataset.ts';
import { toAnnotations } from './to-annotations.ts';

const size = { width: 6, height: 4 };
const dataset: Dataset = {
  name: 'x',
  classes: [
    { id: 1, name: 'BNE', cellClass: 'band-neutrophil' },
    { id: 2, name: 'PLT', cellClass: 'platelet' },
    { id: 3, name: 'foo' },
  ],
  images: [
    {
      id: 1,
      file: 'a.png',
      size,
      annotations: [
        {
          classIndex: 0,
          mask: { kind: 'polygons', polygons: [{ outer: [1, 1, 3, 1, 3, 3, 1, 3] }] },
          author: 'A',
        },
        {
          classIndex: 1,
          box: { x1: 0, y1: 0, x2: 2, y2: 2 },
          isCrowd: true,
          mask: { kind: 'rle', rle: createRle(size, [24]) },
        },
        { classIndex: 2 },
      ],
    },
  ],
};

test('draws masks, takes boxes from them, and leaves out what is unknown', () => {
  const [cell, crowd, image] = toAnnotations(dataset, dataset.images[0]!);
  expect(cell).toEqual({
    box: { x1: 1, y1: 1, x2: 3, y2: 3 },
    mask: { left: 1, top: 1, mask: { width: 2, height: 2, data: Uint8Array.of(1, 1, 1, 1) } },
    cellClass: 'band-neutrophil',
    author: 'A',
  });
  expect(crowd).toEqual({
    box: { x1: 0, y1: 0, x2: 2, y2: 2 },
    cellClass: 'platelet',
    isCrowd: true,
  });
  expect(image).toEqual({});
});

test("makes kinds as coarse as a taxonomy's; kinds outside it are left out", () => {
  const kinds = toAnnotations(dataset, dataset.images[0]!, { classes: taxonomies.five.classes });
  expect(kinds.map(({ cellClass }) => cellClass)).toEqual(['neutrophil', undefined, undefined]);
});
