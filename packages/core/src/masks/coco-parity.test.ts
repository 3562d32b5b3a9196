import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { boxToXywh } from '../boxes/convert.ts';
import { ringToRle } from './polygon.ts';
import { rleArea, rleBox } from './rle.ts';
import { pairwiseRleIou } from './rle-algebra.ts';
import { rleFromString, rleToString } from './rle-string.ts';

const fixture = JSON.parse(
  readFileSync(new URL('../../../../fixtures/coco-masks/polygons.json', import.meta.url), 'utf8'),
);

test('rasterises every polygon to the very counts of pycocotools', () => {
  for (const { ring, counts, ...size } of fixture.cases) {
    expect(rleToString(ringToRle(ring, size))).toBe(counts);
  }
});

test('reads the counts of pycocotools back, with its area and box', () => {
  for (const { counts, area, box, ...size } of fixture.cases) {
    const rle = rleFromString(counts, size);
    expect(rleToString(rle)).toBe(counts);
    expect(rleArea(rle)).toBe(area);
    const found = rleBox(rle);
    expect(found === undefined ? [0, 0, 0, 0] : boxToXywh(found)).toEqual(box);
  }
});

test('has the IoU of pycocotools, crowd regions too', () => {
  const { detections, groundTruth, isCrowd, expected, ...size } = fixture.iou;
  const toRle = (ring: number[]) => ringToRle(ring, size);
  const iou = pairwiseRleIou(
    detections.map(toRle),
    groundTruth.map(toRle),
    isCrowd.map((crowd: number) => crowd === 1),
  );
  expect(iou.length).toBe(expected.length);
  iou.forEach((value, i) => {
    expect(value).toBeCloseTo(expected[i], 12);
  });
});
