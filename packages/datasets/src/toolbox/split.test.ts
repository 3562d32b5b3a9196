import { expect, test } from 'vitest';
import type { Dataset } from '../dataset.ts';
import { blockGroups, foldDataset, splitDataset } from './split.ts';

/** 100 images on 20 slides; class 1 on every tenth image. */
const dataset: Dataset = {
  name: 'x',
  classes: [
    { id: 0, name: 'LY' },
    { id: 1, name: 'BA' },
  ],
  images: Array.from({ length: 100 }, (_, i) => ({
    id: i,
    file: `f/${i}.png`,
    slide: `s${i % 20}`,
    annotations: [{ classIndex: i % 10 === 0 ? 1 : 0, box: { x1: 0, y1: 0, x2: 5, y2: 5 } }],
  })),
};
const countOf = (split: string, images: Dataset['images']) =>
  images.filter((image) => image.split === split).length;
const rareIn = (split: string, images: Dataset['images']) =>
  images.filter((image) => image.split === split && image.annotations[0]!.classIndex === 1).length;

test('gives the shares that were asked for, and every class its share of them', () => {
  const { images } = splitDataset(dataset, { train: 8, val: 1, test: 1 });
  expect([countOf('train', images), countOf('val', images), countOf('test', images)]).toEqual([
    80, 10, 10,
  ]);
  expect([rareIn('train', images), rareIn('val', images), rareIn('test', images)]).toEqual([
    8, 1, 1,
  ]);
});

test('the seed decides, and the same seed decides alike', () => {
  const splitsOf = (seed: number) =>
    splitDataset(dataset, { a: 1, b: 1 }, { seed }).images.map(({ split }) => split);
  expect(splitsOf(1)).toEqual(splitsOf(1));
  expect(splitsOf(1)).not.toEqual(splitsOf(2));
});

test('without stratification the rare class may fall anywhere', () => {
  const rare = [1, 2, 3, 4, 5, 6].map((seed) =>
    rareIn('b', splitDataset(dataset, { a: 1, b: 1 }, { seed, isStratified: false }).images),
  );
  expect(new Set(rare).size).toBeGreaterThan(1);
});

test.each([['slide' as const], [({ slide }: { slide?: string }) => slide!]])(
  'keeps groups together',
  (groupBy) => {
    const { images } = splitDataset(dataset, { train: 0.7, test: 0.3 }, { groupBy });
    const splits = new Map<string, Set<string>>();
    for (const { slide, split } of images)
      splits.set(slide!, (splits.get(slide!) ?? new Set()).add(split!));
    expect([...splits.values()].every((found) => found.size === 1)).toBe(true);
    // Slides hold 5 images each, so the share is met to one slide.
    expect(Math.abs(countOf('test', images) - 30)).toBeLessThanOrEqual(5);
  },
);

test('each image is validated in exactly one fold', () => {
  const folds = foldDataset(dataset, 5, { seed: 3 });
  const times = dataset.images.map(
    (_, i) => folds.filter(({ images }) => images[i]!.split === 'val').length,
  );
  expect(new Set(times)).toEqual(new Set([1]));
  expect(folds.map(({ images }) => countOf('val', images))).toEqual([20, 20, 20, 20, 20]);
  expect(folds.map(({ images }) => rareIn('val', images))).toEqual([2, 2, 2, 2, 2]);
});

test('blocks of neighbours stay together', () => {
  const { images } = splitDataset(dataset, { a: 1, b: 1 }, { groupBy: blockGroups(dataset, 5) });
  for (let i = 0; i < 100; i += 5) {
    expect(new Set(images.slice(i, i + 5).map(({ split }) => split)).size).toBe(1);
  }
});

test('refuses impossible wishes', () => {
  expect(() => splitDataset(dataset, {})).toThrow('ratios');
  expect(() => splitDataset(dataset, { a: -1, b: 2 })).toThrow('ratios');
  expect(() => foldDataset(dataset, 1)).toThrow('folds');
  expect(() => splitDataset(dataset, { a: 1 }, { groupBy: 'patient' })).toThrow(
    'must have a patient',
  );
});
