import { createRandom, createRgbRaster } from '@leukoscope/core';
import { fingerprintRaster, type PrintedImage } from '@leukoscope/datasets';
import { expect, test } from 'vitest';
import { holdApart, plannedSide } from './hold-apart.ts';

const image = (facts: { file?: string; slide?: string; split?: string }) => ({
  id: 1,
  file: 'a.jpg',
  annotations: [],
  ...facts,
});

test('slides of BCISC stay together', () => {
  expect(plannedSide('bcisc', image({ slide: 'baso-4' }))).toBe('val');
  expect(plannedSide('bcisc', image({ slide: 'mono-7' }))).toBe('val');
  expect(plannedSide('bcisc', image({ slide: 'mono-3' }))).toBe('train');
});

test('the last block of a marrow stage measures, and a gap before it is left out', () => {
  const side = (n: number) => plannedSide('marrow', image({ file: `7/${n}.jpg` }));
  expect([1, 27, 28, 30, 31, 40].map(side)).toEqual([
    'train',
    'train',
    'dropped',
    'dropped',
    'val',
    'val',
  ]);
});

test('published splits are kept', () => {
  expect(plannedSide('oi-pbc', image({ split: 'val' }))).toBe('val');
  expect(plannedSide('txl-pbc', image({ split: 'train' }))).toBe('train');
});

test('a training picture that another set measures with is dropped', () => {
  const picture = (seed: number) => {
    const random = createRandom(seed);
    const raster = createRgbRaster({ width: 64, height: 64 });
    for (let i = 0; i < raster.data.length; i++) {
      const [x, y] = [Math.floor(i / 3) % 64, Math.floor(i / 192)];
      raster.data[i] =
        128 + 100 * Math.sin((x * seed) / 9) * Math.cos(y / (3 + seed)) + random.uniform(-5, 5);
    }
    return fingerprintRaster(raster);
  };
  const printed = (dataset: string, file: string, seed: number): PrintedImage => ({
    dataset,
    file,
    print: picture(seed),
  });
  const sides = holdApart({ 'a/1': 'train', 'a/2': 'train', 'b/1': 'val', 'b/2': 'val' }, [
    printed('a', '1', 1),
    printed('a', '2', 2),
    printed('b', '1', 1),
    printed('b', '2', 3),
  ]);
  expect(sides).toEqual({ 'a/1': 'dropped', 'a/2': 'train', 'b/1': 'val', 'b/2': 'val' });
});
