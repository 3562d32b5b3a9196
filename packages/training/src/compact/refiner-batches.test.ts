import { createRandom } from '@leukoscope/core';
import { refinerClasses, refinerDefaults } from '@leukoscope/models';
import { expect, test } from 'vitest';
import { storeSide } from './cell-crop.ts';
import { plainView } from './crop-view.ts';
import { drawByShare } from './draw-by-share.ts';
import { plainBatches, refinerBatches } from './refiner-batches.ts';
import type { LabelledCrop } from './refiner-crops.ts';

const config = { ...refinerDefaults, side: 16 };

function crop(
  facts: Pick<LabelledCrop, 'group' | 'knowledge'>,
  shade: number,
  side: 'train' | 'val' = 'train',
): LabelledCrop {
  return {
    ...facts,
    side,
    image: facts.group,
    pixels: new Uint8Array(3 * storeSide ** 2).fill(shade),
  };
}

const crops = [
  crop({ group: 'a/x', knowledge: 'monocyte' }, 10),
  crop({ group: 'a/y', knowledge: 'basophil' }, 20),
  crop({ group: 'b/z', knowledge: 'nucleated' }, 30),
  crop({ group: 'a/x', knowledge: 'monocyte' }, 40, 'val'),
];
const options = {
  crops,
  shares: [
    { group: 'a', share: 3 },
    { group: 'b', share: 1, typeWeight: 0.3 },
  ],
  config,
  variation: plainView,
  batchSize: 8,
  seed: 5,
};

/** Shade of each view's first pixel, over many steps. */
function shades(steps: number): number[] {
  const batchAt = refinerBatches(options);
  return Array.from({ length: steps }, (_, step) => {
    const { image } = batchAt(step);
    return Array.from({ length: 8 }, (_, n) => image!.data[n * 3 * 256] as number);
  }).flat();
}

test('a batch depends on the seed and the step alone', () => {
  const once = refinerBatches(options)(7);
  expect(refinerBatches(options)(7)).toEqual(once);
  expect(refinerBatches(options)(8)).not.toEqual(once);
  expect(refinerBatches({ ...options, seed: 6 })(7)).not.toEqual(once);
});

test('groups are drawn as their shares say, kinds within a group alike, and never what measures', () => {
  const drawn = shades(60);
  const part = (shade: number) => drawn.filter((value) => value === shade).length / drawn.length;
  expect(part(10) + part(20)).toBeGreaterThan(0.68); // 3 of 4, and 480 draws spread by .02
  expect(part(10) + part(20)).toBeLessThan(0.82);
  expect(Math.abs(part(10) - part(20))).toBeLessThan(0.1);
  expect(part(40)).toBe(0);
});

test('targets say what is known and how much it counts', () => {
  const batch = refinerBatches({ ...options, shares: [options.shares[1]!] })(0);
  expect(
    Array.from(batch['allowed']!.data as Float32Array).slice(0, refinerClasses.length),
  ).toEqual(refinerClasses.map((_, i) => (i < 11 ? 1 : 0)));
  expect((batch['type_weight']!.data as Float32Array)[0]).toBeCloseTo(0.3);
  expect((batch['mask_weight']!.data as Float32Array)[0]).toBe(0);
});

test('plain batches go through all crops in order and fill the last one up', () => {
  const batches = [...plainBatches(crops, config, 3, plainView)];
  const first = batches.map(({ image }) => [0, 1, 2].map((n) => image!.data[n * 3 * 256]));
  expect(first).toEqual([
    [10, 20, 30],
    [40, 40, 40],
  ]);
});

test('shares decide draws', () => {
  const random = createRandom(1);
  const drawn = Array.from({ length: 400 }, () => drawByShare([1, 3], (share) => share, random));
  expect(drawn.filter((share) => share === 3).length / 400).toBeCloseTo(0.75, 1);
});
