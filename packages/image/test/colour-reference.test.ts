import { createRgbRaster } from '@leukoscope/core';
import {
  fromHsv,
  fromLab,
  fromOpticalDensity,
  fromYuv,
  toGrey,
  toHsv,
  toLab,
  toOpticalDensity,
  toYuv,
} from '@leukoscope/image';
import { expect, test } from 'vitest';
import { largestDifference, referenceArray, referencePicture } from './reference.ts';

const picture = referencePicture();
const rows = createRgbRaster({ width: 30, height: 6 }, picture.data.slice(0, 30 * 6 * 3));

test('converts to HSV, LAB and YUV like scikit-image and Torch7', () => {
  expect(largestDifference(toHsv(rows).data, referenceArray('colour', 'hsv').data)).toBeLessThan(
    1e-3,
  );
  expect(largestDifference(toLab(rows).data, referenceArray('colour', 'lab').data)).toBeLessThan(
    2e-3,
  );
  expect(largestDifference(toYuv(rows).data, referenceArray('colour', 'yuv').data)).toBeLessThan(
    1e-6,
  );
});

test('converts to grey like OpenCV', () => {
  expect(
    largestDifference(toGrey(picture).data, referenceArray('colour', 'grey').data),
  ).toBeLessThanOrEqual(1);
});

test('comes back from every colour space within one level', () => {
  const round = [
    fromHsv(toHsv(picture)),
    fromLab(toLab(picture)),
    fromYuv(toYuv(picture)),
    fromOpticalDensity(toOpticalDensity(picture)),
  ];
  for (const raster of round)
    expect(largestDifference(raster.data, picture.data)).toBeLessThanOrEqual(1);
});

test('gives white the optical density 0 and black ln 256', () => {
  const { data } = toOpticalDensity(
    createRgbRaster({ width: 1, height: 1 }, Uint8Array.of(255, 0, 127)),
  );
  expect(data[0]).toBeCloseTo(0, 6);
  expect(data[1]).toBeCloseTo(Math.log(256), 5);
  expect(data[2]).toBeCloseTo(Math.log(2), 6);
});
