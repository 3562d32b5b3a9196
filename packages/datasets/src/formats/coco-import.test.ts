import { boxToXywh, rleArea } from '@leukoscope/core';
import { expect, test } from 'vitest';
import { memoryFolder } from '../folder.ts';
import { importCoco, importCocoResults } from './coco-import.ts';

const read = (json: string) => importCoco(memoryFolder({ 'a.json': json }), { file: 'a.json' });
const image =
  '{"id": 1, "file_name": "x.png", "width": 10, "height": 8, "slide": "s1", "factors": ["defocus", "fog"]}';
const category = '{"id": 7, "name": "SNE", "supercategory": "wbc"}';
const around = (annotations: string) =>
  `{"annotations": [\n${annotations}\n], "images": [${image}], "categories": [${category}]}`;
const good = '{"id": 1, "image_id": 1, "category_id": 7, "bbox": [1, 2, 3, 4]}';

test('reads boxes, polygons and both kinds of run lengths, sections in any order', async () => {
  const { parsed, failed } = await read(
    around(
      [
        good,
        '{"id": 2, "image_id": 1, "category_id": 7, "bbox": [1, 1, 2, 2], "segmentation": [[1, 1, 3, 1, 3, 3, 1, 3]], "iscrowd": 0}',
        '{"id": 3, "image_id": 1, "category_id": 7, "bbox": [0, 0, 1, 8], "segmentation": {"size": [8, 10], "counts": [0, 8, 72]}, "iscrowd": 1}',
        '{"id": 4, "image_id": 1, "category_id": 7, "segmentation": {"size": [8, 10], "counts": "08X2"}}',
      ].join(',\n'),
    ),
  );
  expect(failed).toEqual([]);
  expect(parsed.classes).toEqual([
    { id: 7, name: 'SNE', group: 'wbc', cellClass: 'segmented-neutrophil' },
  ]);
  const [box, polygon, crowd, string] = parsed.images[0]!.annotations;
  expect(boxToXywh(box!.box!)).toEqual([1, 2, 3, 4]);
  expect(polygon!.mask).toEqual({
    kind: 'polygons',
    polygons: [{ outer: [1, 1, 3, 1, 3, 3, 1, 3] }],
  });
  expect(crowd!.isCrowd).toBe(true);
  expect(crowd!.mask?.kind === 'rle' && rleArea(crowd!.mask.rle)).toBe(8);
  // Without a bbox the box is that of the mask.
  expect(string!.box).toEqual({ x1: 0, y1: 0, x2: 1, y2: 8 });
  expect(parsed.images[0]).toMatchObject({ slide: 's1', factors: ['defocus'] });
});

test.each([
  [
    'a number that is none',
    '{"id": 2, "image_id": 1, "category_id": 7, "bbox": [NaN, 2, 3, 4]}',
    'must be JSON',
  ],
  [
    'an infinite number',
    '{"id": 2, "image_id": 1, "category_id": 7, "bbox": [1e999, 2, 3, 4]}',
    'bbox.0',
  ],
  [
    'a negative width',
    '{"id": 2, "image_id": 1, "category_id": 7, "bbox": [1, 2, -3, 4]}',
    'positive width',
  ],
  [
    'an unknown image',
    '{"id": 2, "image_id": 9, "category_id": 7, "bbox": [1, 2, 3, 4]}',
    'image_id 9',
  ],
  [
    'an unknown category',
    '{"id": 2, "image_id": 1, "category_id": 8, "bbox": [1, 2, 3, 4]}',
    'category_id 8',
  ],
  ['a repeated id', good, 'unique'],
  [
    'runs of another size',
    '{"id": 2, "image_id": 1, "category_id": 7, "bbox": [1, 2, 3, 4], "segmentation": {"size": [4, 4], "counts": [16]}}',
    'height first',
  ],
  [
    'runs that do not fill the image',
    '{"id": 2, "image_id": 1, "category_id": 7, "bbox": [1, 2, 3, 4], "segmentation": {"size": [8, 10], "counts": [16]}}',
    'sum to',
  ],
  [
    'a polygon of two points',
    '{"id": 2, "image_id": 1, "category_id": 7, "bbox": [1, 2, 3, 4], "segmentation": [[1, 1, 2, 2]]}',
    'at least 3 points',
  ],
  ['neither box nor mask', '{"id": 2, "image_id": 1, "category_id": 7}', 'bbox or a segmentation'],
  ['endless nesting', `{"id": 2, "x": ${'['.repeat(500)}${']'.repeat(500)}}`, 'nest at most'],
])('reports %s with file and line, and reads the rest', async (_, record, reason) => {
  const { parsed, failed } = await read(around(`${good},\n${record}`));
  expect(parsed.images[0]!.annotations).toHaveLength(1);
  expect(failed).toHaveLength(1);
  expect(failed[0]).toMatchObject({ file: 'a.json', line: 3 });
  expect(failed[0]!.reason).toContain(reason);
});

test('a file that breaks off gives what stands before, and says so', async () => {
  const text = around(good).replace('"annotations"', '"x"');
  await expect(read(text)).rejects.toThrow('must hold at least one image and one annotation');
  const whole = `{"images": [${image}], "categories": [${category}], "annotations": [${good},\n{"id": 2`;
  const { parsed, failed } = await read(whole);
  expect(parsed.images[0]!.annotations).toHaveLength(1);
  expect(failed[0]!.reason).toContain('breaks off');
});

test('paths out of the folder are refused, boxes beyond the image are kept with a warning', async () => {
  const outside = around(good.replace('[1, 2, 3, 4]', '[1, 2, 30, 4]'));
  const { parsed, warnings } = await read(outside);
  expect(parsed.images[0]!.annotations).toHaveLength(1);
  expect(warnings.some(({ reason }) => reason.includes('beyond image'))).toBe(true);
  await expect(read(around(good).replace('x.png', '../../etc/passwd'))).rejects.toThrow(
    'inside the folder',
  );
});

test('class names that are unknown or ambiguous are kept and reported', async () => {
  const { parsed, warnings } = await read(around(good).replace('SNE', 'M'));
  expect(parsed.classes[0]).toEqual({ id: 7, name: 'M', group: 'wbc' });
  expect(warnings.some(({ reason }) => reason.includes('monocyte or myelocyte'))).toBe(true);
  const among = await importCoco(memoryFolder({ 'a.json': around(good).replace('SNE', 'M') }), {
    file: 'a.json',
    name: 'other',
    among: ['monocyte', 'lymphocyte'],
  });
  expect(among.parsed.classes[0]!.cellClass).toBe('monocyte');
  expect(among.parsed.name).toBe('other');
});

test('results are read against the images and classes of a data set', async () => {
  const { parsed } = await read(around(good));
  const results =
    '[{"image_id": 1, "category_id": 7, "bbox": [1, 2, 3, 4], "score": 0.5}, {"image_id": 1, "category_id": 7, "bbox": [1, 2, 3, 4], "score": 5}]';
  const { parsed: detections, failed } = await importCocoResults(
    memoryFolder({ 'r.json': results }),
    {
      file: 'r.json',
      of: parsed,
    },
  );
  expect(detections.images[0]!.annotations).toEqual([
    { classIndex: 0, box: { x1: 1, y1: 2, x2: 4, y2: 6 }, score: 0.5 },
  ]);
  expect(failed[0]!.reason).toContain('score must be from 0 to 1');
});
