import { blurRaster, type ResizeMethod, resizeRaster, warpRaster } from '@leukoscope/image';
import { expect, test } from 'vitest';
import {
  largestDifference,
  parseReference,
  referenceArray,
  referencePicture,
} from './reference.ts';

const picture = referencePicture();

// OpenCV and PIL compute with fixed-point weights, so single values may differ by one.
const cases: [string, ResizeMethod, number, number][] = [
  ['linear_45x50', 'bilinear', 45, 50],
  ['linear_17x11', 'bilinear', 17, 11],
  ['area_15x12', 'area', 15, 12],
  ['area_13x7', 'area', 13, 7],
  ['triangle_13x7', 'triangle', 13, 7],
  ['triangle_40x31', 'triangle', 40, 31],
  ['area_13x7', 'auto', 13, 7],
  ['linear_45x50', 'auto', 45, 50],
];
for (const [name, method, width, height] of cases) {
  test(`resizes by ${method} like the reference ${name}`, () => {
    const resized = resizeRaster(picture, { width, height }, { method });
    expect(
      largestDifference(resized.data, referenceArray('resize', name).data),
    ).toBeLessThanOrEqual(1);
  });
}

for (const border of ['constant', 'replicate', 'reflect'] as const) {
  test(`warps with border ${border} like scipy`, () => {
    const toSource = parseReference('warp', 'affine');
    const warped = warpRaster(
      picture,
      { toSource },
      { width: 28, height: 20 },
      { border, padding: [40, 40, 40] },
    );
    expect(largestDifference(warped.data, referenceArray('warp', border).data)).toBeLessThanOrEqual(
      1,
    );
    const grey = {
      ...picture,
      channels: 1 as const,
      data: picture.data.filter((_, i) => i % 3 === 0),
    };
    const alone = warpRaster(
      grey,
      { toSource },
      { width: 28, height: 20 },
      { border, padding: [40] },
    );
    const red = warped.data.filter((_, i) => i % 3 === 0);
    expect(largestDifference(alone.data, red)).toBeLessThanOrEqual(1);
  });
}

test('blurs like scipy', () => {
  const blurred = blurRaster(picture, parseReference('blur', 'sigma'));
  expect(
    largestDifference(blurred.data, referenceArray('blur', 'pixels').data),
  ).toBeLessThanOrEqual(1);
});
