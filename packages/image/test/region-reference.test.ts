import {
  closeMask,
  dilateMask,
  distanceTransform,
  erodeMask,
  fillHoles,
  type InstanceMap,
  histogramOf,
  labelComponents,
  openMask,
  otsuThreshold,
  regionProperties,
  removeSmallRegions,
  toGrey,
  toPlacedMasks,
  watershed,
} from '@leukoscope/image';
import { expect, test } from 'vitest';
import {
  largestDifference,
  parseReference,
  referenceArray,
  referenceMask,
  referencePicture,
} from './reference.ts';

const mask = referenceMask('mask');
const operations = { erode: erodeMask, dilate: dilateMask, open: openMask, close: closeMask };

for (const [name, operate] of Object.entries(operations)) {
  test(`${name}s by disks like scikit-image`, () => {
    for (const radius of [1, 2, 4]) {
      // skimage's closing pads with unset pixels before its erosion; ours keeps cells at the border.
      const expected = referenceMask('morphology', `${name}_${radius}`);
      expect([radius, ...operate(mask, radius).data]).toEqual([radius, ...expected.data]);
    }
  });
}

test('fills holes, drops small regions and numbers components like scipy and scikit-image', () => {
  expect(fillHoles(mask).data).toEqual(referenceMask('filled').data);
  expect(removeSmallRegions(mask, 20).data).toEqual(referenceMask('without_small').data);
  for (const connectivity of [4, 8] as const) {
    const expected = referenceArray(`components_${connectivity}`).data;
    expect(Array.from(labelComponents(mask, connectivity).data)).toEqual(Array.from(expected));
  }
});

test('computes exact distances like scipy', () => {
  expect(
    largestDifference(distanceTransform(mask).data, referenceArray('distance').data),
  ).toBeLessThan(1e-5);
});

test('finds the threshold of Otsu like scikit-image', () => {
  expect(otsuThreshold(histogramOf(toGrey(referencePicture()), 0))).toBe(parseReference('otsu'));
});

test('floods from markers like scikit-image, ties included', () => {
  const { shape, data } = referenceArray('watershed', 'markers');
  const size = { width: shape[1]!, height: shape[0]! };
  const count = Math.max(...data);
  const markers: InstanceMap = { ...size, count, data: Int32Array.from(data) };
  const levels = { ...size, data: referenceArray('watershed', 'levels').data };
  const all = watershed(levels, markers, { connectivity: 4 });
  expect(Array.from(all.data)).toEqual(Array.from(referenceArray('watershed', 'all_4').data));
  const within = watershed(levels, markers, { connectivity: 8, within: mask });
  expect(Array.from(within.data)).toEqual(Array.from(referenceArray('watershed', 'within_8').data));
});

test('measures regions like scikit-image', () => {
  const regions = toPlacedMasks(labelComponents(mask)).map(regionProperties);
  const expected = parseReference('regions');
  expect(regions.length).toBe(expected.length);
  regions.forEach((region, i) => {
    const wanted = expected[i];
    const { x1, y1, x2, y2 } = region.box;
    expect([region.area, x1, y1, x2, y2]).toEqual([wanted.area, ...wanted.box]);
    expect(region.centroid.x).toBeCloseTo(wanted.centroid[0], 6);
    expect(region.centroid.y).toBeCloseTo(wanted.centroid[1], 6);
    for (const key of [
      'perimeter',
      'majorAxis',
      'minorAxis',
      'eccentricity',
      'equivalentDiameter',
    ] as const) {
      expect([key, region[key].toFixed(5)]).toEqual([key, wanted[key].toFixed(5)]);
    }
    // Their hull is made of pixels, ours of their corners.
    if (wanted.area > 50) expect(region.solidity).toBeCloseTo(wanted.solidity, 1);
  });
});
