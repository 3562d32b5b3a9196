import { type CellClass, createMask, rleArea } from '@leukoscope/core';
import { expect, test } from 'vitest';
import { averagePrecision } from './coco-summary.ts';
import { evaluateCoco } from './coco-evaluation.ts';
import { evaluatedImage } from './evaluated-image.ts';

const classes: CellClass[] = ['lymphocyte', 'neutrophil'];
const box = { x1: 2, y1: 3, x2: 6, y2: 8 };
const mask = {
  left: 2,
  top: 3,
  mask: createMask({ width: 4, height: 5 }, new Uint8Array(20).fill(1)),
};

test('maps fine classes to those of the model, and keeps places, masks and crowds', () => {
  const { image, leftOut } = evaluatedImage(
    {
      id: 'one',
      size: { width: 20, height: 20 },
      annotations: [
        { box, mask, cellClass: 'band-neutrophil' },
        { mask, cellClass: 'lymphocyte', isCrowd: true },
      ],
      detections: [{ box, mask, classIndex: 1, score: 0.8 }],
    },
    classes,
  );
  expect(leftOut).toEqual([]);
  expect(image.groundTruth.map((cell) => cell.classIndex)).toEqual([1, 0]);
  expect(image.groundTruth[1]).toMatchObject({ box, isCrowd: true });
  expect(rleArea(image.groundTruth[0]!.mask!)).toBe(20);
  for (const overlap of ['box', 'mask'] as const) {
    const evaluation = evaluateCoco({ classNames: classes, images: [image] }, { overlap });
    expect(averagePrecision(evaluation)).toBeCloseTo(1, 12);
  }
});

test('hands back annotations without place or class, and of other classes', () => {
  const annotations = [
    { cellClass: 'lymphocyte' as const },
    { box },
    { box, cellClass: 'platelet' as const },
  ];
  const { image, leftOut } = evaluatedImage(
    { id: 'one', size: { width: 20, height: 20 }, annotations, detections: [] },
    classes,
  );
  expect(image.groundTruth).toEqual([]);
  expect(leftOut).toEqual(annotations);
});
