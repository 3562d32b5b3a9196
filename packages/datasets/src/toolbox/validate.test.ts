import { createRle } from '@leukoscope/core';
import { expect, test } from 'vitest';
import { tinyBmp } from '../../test/mutate.ts';
import type { AnnotationRecord, Dataset, ImageRecord } from '../dataset.ts';
import { memoryFolder } from '../folder.ts';
import { validateDataset } from './validate.ts';

const size = { width: 40, height: 20 };
const box = { x1: 2, y1: 2, x2: 12, y2: 12 };
const good: AnnotationRecord = { classIndex: 0, box };
const set = (
  annotations: readonly AnnotationRecord[],
  facts: Partial<ImageRecord> = {},
): Dataset => ({
  name: 'x',
  classes: [{ id: 0, name: 'EO', cellClass: 'eosinophil' }],
  images: [{ id: 'a.bmp', file: 'a.bmp', size, annotations, ...facts }],
});
const codes = async (dataset: Dataset, options = {}) =>
  (await validateDataset(dataset, options)).map(({ code }) => code);

test('a sound data set has no problem', async () => {
  expect(await codes(set([good]), { folder: memoryFolder({ 'a.bmp': tinyBmp(40, 20) }) })).toEqual(
    [],
  );
});

test.each<[string, AnnotationRecord]>([
  ['box-outside', { classIndex: 0, box: { ...box, x2: 50 } }],
  ['box-tiny', { classIndex: 0, box: { ...box, x2: 4 } }],
  ['annotation-without-class', { box }],
  ['mask-empty', { classIndex: 0, box, mask: { kind: 'rle', rle: createRle(size, [800]) } }],
  ['mask-box', { classIndex: 0, box, mask: { kind: 'rle', rle: createRle(size, [600, 200]) } }],
])('finds %s', async (code, record) => {
  expect(
    await codes(set([{ classIndex: 0, box: { x1: 25, y1: 5, x2: 35, y2: 15 } }, record])),
  ).toEqual([code]);
});

test('finds repeated boxes, empty images, unknown and unused classes', async () => {
  expect(await codes(set([good, good]))).toEqual(['box-repeated']);
  expect(await codes(set([good, { ...good, isCrowd: true }]))).toEqual([]);
  expect(await codes(set([]))).toEqual(['class-unused', 'image-empty']);
  expect(await codes({ ...set([good]), classes: [{ id: 0, name: 'foo' }] })).toEqual([
    'class-unknown',
  ]);
});

test('finds slides and patients on both sides of a split', async () => {
  const sides = ['train', 'val'].map((split) => ({
    id: split,
    file: split,
    split,
    slide: 's',
    patient: 'p',
    annotations: [good],
  }));
  expect(await codes({ ...set([good]), images: sides })).toEqual([
    'slide-in-splits',
    'slide-in-splits',
  ]);
});

test('compares with the images where there is a folder', async () => {
  expect(await codes(set([good]), { folder: memoryFolder() })).toEqual(['image-missing']);
  expect(await codes(set([good]), { folder: memoryFolder({ 'a.bmp': 'x' }) })).toEqual([
    'image-missing',
  ]);
  expect(await codes(set([good]), { folder: memoryFolder({ 'a.bmp': tinyBmp(20, 40) }) })).toEqual([
    'image-size',
  ]);
});

test('the smallest side decides what is tiny', async () => {
  expect(await codes(set([good]), { smallestSide: 11 })).toEqual(['box-tiny']);
});
