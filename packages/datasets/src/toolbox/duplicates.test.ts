import { createRandom, type Raster } from '@leukoscope/core';
import { encodePng, decodeImage } from '@leukoscope/image';
import { expect, test } from 'vitest';
import { memoryFolder } from '../folder.ts';
import {
  findDuplicates,
  findLeaks,
  fingerprintImages,
  groupDuplicates,
  type PrintedImage,
} from './duplicates.ts';
import { fingerprintRaster } from './fingerprint.ts';

/** A field of round cells; the same seed is the same scene at any size, level and noise. */
function field(
  seed: number,
  width: number,
  height: number,
  options: { gain?: number; noise?: number } = {},
): Raster {
  const { gain = 1, noise = 0 } = options;
  const random = createRandom(seed);
  const cells = Array.from({ length: 25 }, () => ({
    x: random.next(),
    y: random.next(),
    r: random.uniform(0.03, 0.1),
    dark: random.uniform(40, 150),
  }));
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [u, v] = [(x + 0.5) / width, (y + 0.5) / height];
      let value = 230;
      for (const cell of cells)
        if ((u - cell.x) ** 2 + (v - cell.y) ** 2 < cell.r ** 2) value -= cell.dark;
      const level = gain * Math.max(10, value) + noise * random.normal();
      data.fill(Math.min(255, Math.max(0, level)), (y * width + x) * 3, (y * width + x) * 3 + 3);
    }
  }
  return { width, height, channels: 3, bitDepth: 8, data };
}

const printed = (file: string, raster: Raster, split = 'train', dataset = 'a'): PrintedImage => ({
  dataset,
  file,
  split,
  print: fingerprintRaster(raster),
});

const turned = ({ width, height, data, ...rest }: Raster): Raster => {
  const copy = new Uint8Array(data.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < 3; c++)
        copy[(x * height + (height - 1 - y)) * 3 + c] = data[(y * width + x) * 3 + c]!;
    }
  }
  return { ...rest, width: height, height: width, data: copy };
};

test('the same picture is found when resized, dimmed and noisy; different ones are told apart', () => {
  const images = [
    ...Array.from({ length: 60 }, (_, i) => printed(`${i}`, field(i, 80, 60))),
    printed('smaller', field(3, 47, 41)),
    printed('darker', field(7, 80, 60, { gain: 0.7, noise: 4 })),
  ];
  const pairs = findDuplicates(images);
  expect(pairs.map(({ a, b }) => `${a.file} ${b.file}`).sort()).toEqual(['3 smaller', '7 darker']);
  expect(pairs.every(({ correlation, distance }) => correlation > 0.985 && distance <= 7)).toBe(
    true,
  );
});

test('turned copies are found only when asked for', () => {
  const images = [
    printed('upright', field(1, 60, 60)),
    printed('turned', turned(field(1, 60, 60))),
  ];
  expect(findDuplicates(images)).toEqual([]);
  expect(findDuplicates(images, { withTurns: true })).toHaveLength(1);
});

test('the limits decide', () => {
  const images = [printed('a', field(5, 60, 60)), printed('b', field(5, 60, 60, { noise: 30 }))];
  expect(findDuplicates(images, { minimumCorrelation: 0.9 })).toHaveLength(1);
  expect(findDuplicates(images, { minimumCorrelation: 0.99999 })).toEqual([]);
  expect(findDuplicates(images, { minimumCorrelation: 0.9, maximumDistance: -1 })).toEqual([]);
});

test('leaks are pairs between splits or data sets, groups join chains', () => {
  const picture = field(2, 50, 50);
  const images = [
    printed('1', picture),
    printed('2', picture),
    printed('3', picture, 'val'),
    printed('4', picture, 'train', 'b'),
  ];
  const pairs = findDuplicates(images);
  expect(pairs).toHaveLength(6);
  expect(findLeaks(pairs)).toHaveLength(5);
  expect(groupDuplicates(pairs)).toHaveLength(1);
  expect(groupDuplicates(pairs)[0]).toHaveLength(4);
});

test('images are read from a folder; broken ones are reported and do not stop it', async () => {
  const annotations = [] as const;
  const dataset = {
    name: 'x',
    classes: [],
    images: ['a.png', 'b.png'].map((file) => ({ id: file, file, annotations })),
  };
  const folder = memoryFolder({ 'a.png': await encodePng(field(1, 20, 20)), 'b.png': 'none' });
  const done: number[] = [];
  const { images, failed } = await fingerprintImages(folder, dataset, {
    decodeImage: (bytes) => decodeImage(bytes),
    onProgress: (count) => done.push(count),
  });
  expect(images.map(({ file }) => file)).toEqual(['a.png']);
  expect(failed.map(({ file }) => file)).toEqual(['b.png']);
  expect(done).toEqual([1, 2]);
});

test('a picture without contrast is like nothing else', () => {
  const flat = {
    width: 9,
    height: 9,
    channels: 1,
    bitDepth: 8,
    data: new Uint8Array(81).fill(7),
  } as const;
  expect(findDuplicates([printed('a', flat), printed('b', flat)])).toEqual([]);
});
