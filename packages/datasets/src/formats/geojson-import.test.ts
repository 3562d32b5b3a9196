import { expect, test } from 'vitest';
import { tinyBmp } from '../../test/mutate.ts';
import { memoryFolder } from '../folder.ts';
import { importGeoJson } from './geojson-import.ts';

const feature = (
  geometry: string,
  properties = '{"objectType": "annotation", "classification": {"name": "Neutrophil", "color": [1, 2, 3]}, "name": "n1"}',
) =>
  `{"type": "Feature", "id": "u-${geometry.length}", "geometry": ${geometry}, "properties": ${properties}}`;
const square =
  '{"type": "Polygon", "coordinates": [[[1, 1], [9, 1], [9, 9], [1, 9], [1, 1]], [[3, 3], [4, 3], [4, 4], [3, 3]]]}';
const read = (text: string) =>
  importGeoJson(memoryFolder({ 'slide.geojson': text, 'slide.bmp': tinyBmp(40, 20) }));

test.each([
  ['a collection', `{"type": "FeatureCollection", "features": [${feature(square)}]}`],
  ['a bare list', `[${feature(square)}]`],
  ['one feature', feature(square)],
])("reads %s of QuPath's", async (_, text) => {
  const { parsed, failed } = await read(text);
  expect(failed).toEqual([]);
  expect(parsed.images[0]).toMatchObject({ file: 'slide.bmp', size: { width: 40, height: 20 } });
  expect(parsed.images[0]!.annotations[0]).toMatchObject({
    classIndex: 0,
    box: { x1: 1, y1: 1, x2: 9, y2: 9 },
    mask: { polygons: [{ outer: [1, 1, 9, 1, 9, 9, 1, 9], holes: [[3, 3, 4, 3, 4, 4]] }] },
    attributes: { name: 'n1' },
  });
  expect(parsed.classes[0]!.cellClass).toBe('neutrophil');
});

test('several parts are one annotation; without a classification it has no class', async () => {
  const parts =
    '{"type": "MultiPolygon", "coordinates": [[[[0, 0], [2, 0], [2, 2], [0, 0]]], [[[5, 5], [7, 5], [7, 8], [5, 5]]]]}';
  const { parsed } = await read(`[${feature(parts, '{}')}]`);
  const record = parsed.images[0]!.annotations[0]!;
  expect(record.box).toEqual({ x1: 0, y1: 0, x2: 7, y2: 8 });
  expect(record.classIndex).toBeUndefined();
});

test('points, lines and broken polygons are reported', async () => {
  const bad = [
    '{"type": "Point", "coordinates": [1, 2]}',
    '{"type": "LineString", "coordinates": [[1, 2], [3, 4]]}',
    '{"type": "Polygon", "coordinates": [[[1, 1], [2, 2]]]}',
    '{"type": "Polygon", "coordinates": [[[1, 1], [1e300, 2], [4, 5]]]}',
  ];
  const { parsed, failed } = await read(`[${[square, ...bad].map((g) => feature(g)).join(',\n')}]`);
  expect(parsed.images[0]!.annotations).toHaveLength(1);
  expect(failed.map(({ line }) => line)).toEqual([2, 3, 4, 5]);
});
