import {
  type Box,
  type CellClass,
  clopperPearson,
  createRgbRaster,
  type Detection,
} from '@leukoscope/core';
import { expect, test } from 'vitest';
import { measureCondition, sumShares } from './measure-condition.ts';

const classes: readonly CellClass[] = ['neutrophil', 'lymphocyte', 'platelet'];
const raster = createRgbRaster({ width: 200, height: 100 });
const boxAt = (x: number, y = 40): Box => ({ x1: x, y1: y, x2: x + 20, y2: y + 20 });
const cell = (box: Box, cellClass: CellClass) => ({ box, cellClass });
const finding = (box: Box, cellClass: CellClass, score = 0.9): Detection => ({
  box,
  score,
  classIndex: classes.indexOf(cellClass),
});

const shareOf = (count: number, of: number) => ({
  count,
  of,
  share: count / of,
  limits: clopperPearson(count, of),
});

test('found and right are counted over leukocytes that the model could know', () => {
  const meter = measureCondition(classes);
  meter.add(
    {
      raster,
      annotations: [
        cell(boxAt(10), 'band-neutrophil'), // the model says it more coarsely: right
        cell(boxAt(60), 'lymphocyte'), // found with another type
        cell(boxAt(110), 'lymphocyte'), // too weak
        cell(boxAt(160), 'monocyte'), // not known
        cell(boxAt(10, 70), 'platelet'), // no leukocyte
      ],
    },
    [
      finding(boxAt(11), 'neutrophil'),
      finding(boxAt(60), 'neutrophil'),
      finding(boxAt(110), 'lymphocyte', 0.4),
    ],
  );
  const scores = meter.finish();
  expect(scores.found).toEqual(shareOf(2, 3));
  expect(scores.right).toEqual(shareOf(1, 3));
  expect(scores.touching).toEqual({ count: 0, of: 0 });
  const low = measureCondition(classes, { scoreThreshold: 0.3 });
  low.add({ raster, annotations: [cell(boxAt(110), 'lymphocyte')] }, [
    finding(boxAt(110), 'lymphocyte', 0.4),
  ]);
  expect(low.finish().right).toEqual(shareOf(1, 1));
});

test('touching cells, and cells at the border, are counted apart', () => {
  const meter = measureCondition(classes);
  const [a, b, cut] = [boxAt(50), boxAt(65), { x1: 0, y1: 10, x2: 9, y2: 30 }];
  meter.add(
    {
      raster,
      annotations: [
        cell(a, 'lymphocyte'),
        cell(b, 'neutrophil'),
        cell(cut, 'neutrophil'),
        cell(boxAt(120), 'neutrophil'),
      ],
    },
    [finding(a, 'lymphocyte'), finding(b, 'lymphocyte'), finding(cut, 'neutrophil')],
  );
  const scores = meter.finish();
  expect(scores.touching).toEqual(shareOf(1, 2));
  expect(scores.cut).toEqual(shareOf(1, 1));
  expect(scores.right).toEqual(shareOf(2, 4));
});

test('a picture misleads where it shows a leukocyte that is none, unless the clean one did so', () => {
  const meter = measureCondition(classes);
  const sample = { raster, annotations: [cell(boxAt(10), 'lymphocyte')] };
  const right = finding(boxAt(10), 'lymphocyte');
  const wrong = finding(boxAt(100), 'neutrophil');
  expect(meter.add(sample, [right, wrong])).toEqual([wrong.box]);
  expect(meter.add(sample, [right, wrong], [boxAt(102)])).toEqual([wrong.box]);
  // A platelet that is none is no leukocyte that is none.
  expect(meter.add(sample, [right, finding(boxAt(150), 'platelet')])).toEqual([]);
  expect(meter.finish().misled).toEqual(shareOf(1, 3));
});

test('shares of several conditions are put together by their counts', () => {
  expect(sumShares([shareOf(1, 2), { count: 0, of: 0 }, shareOf(3, 4)])).toEqual(shareOf(4, 6));
});
