import { expect, test } from 'vitest';
import { tinyBmp } from '../../test/mutate.ts';
import { memoryFolder } from '../folder.ts';
import { exportYolo } from './yolo-export.ts';
import { importYolo } from './yolo-import.ts';

const bmp = tinyBmp(40, 20);
const yaml = 'train: images/train\nval: images/val\nnames: [WBC, RBC]\n';

test.each([
  ['Ultralytics', 'images/train/a.bmp', 'labels/train/a.txt', 'train'],
  ['Roboflow', 'valid/images/a.bmp', 'valid/labels/a.txt', 'val'],
  ['Darknet', 'data/a.bmp', 'data/a.txt', undefined],
  ['labels below the images', 'val/a.bmp', 'val/labels/a.txt', 'val'],
])('reads the layout of %s', async (_, image, label, split) => {
  const { parsed, failed } = await importYolo(
    memoryFolder({ [image]: bmp, [label]: '1 0.5 0.5 0.25 0.5\n', 'data.yaml': yaml }),
  );
  expect(failed).toEqual([]);
  expect(parsed.images[0]!.split).toBe(split);
  expect(parsed.images[0]!.annotations).toEqual([
    { classIndex: 1, box: { x1: 15, y1: 5, x2: 25, y2: 15 } },
  ]);
});

test('reads outlines, scores, names as a map and from classes.txt', async () => {
  const label = '0 0 0 0.5 0 0.5 1\n0 0.5 0.5 0.5 0.5 0.75\n';
  const { parsed } = await importYolo(
    memoryFolder({ 'a.bmp': bmp, 'a.txt': label, 'classes.txt': 'Platelets\n' }),
  );
  expect(parsed.classes).toEqual([{ id: 0, name: 'Platelets', cellClass: 'platelet' }]);
  const [outline, box] = parsed.images[0]!.annotations;
  expect(outline!.mask).toEqual({ kind: 'polygons', polygons: [{ outer: [0, 0, 20, 0, 20, 20] }] });
  expect(box!.score).toBe(0.75);
  const mapped = await importYolo(
    memoryFolder({ 'a.bmp': bmp, 'a.txt': '3 0.5 0.5 0.5 0.5', 'd.yaml': 'names:\n  3: EO\n' }),
  );
  expect(mapped.parsed.classes).toEqual([{ id: 3, name: 'EO', cellClass: 'eosinophil' }]);
});

test('without names the numbers are kept as names', async () => {
  const { parsed } = await importYolo(
    memoryFolder({ 'labels/a.txt': '4 0.5 0.5 0.5 0.5', 'images/a.bmp': bmp }),
  );
  expect(parsed.classes).toEqual([{ id: 4, name: '4' }]);
});

test.each([
  ['a class out of range', '7 0.5 0.5 0.1 0.1', 'known class'],
  ['pixels instead of shares', '0 20 10 5 5', 'relative to the image'],
  ['no extent', '0 0.5 0.5 0 0.1', 'positive width'],
  ['too few numbers', '0 0.5 0.5', 'Received 2'],
  ['words', 'WBC 0.5 0.5 0.1 0.1', 'must be numbers'],
])('reports %s with its line', async (_, line, reason) => {
  const { failed } = await importYolo(
    memoryFolder({ 'a.bmp': bmp, 'a.txt': `0 0.5 0.5 0.1 0.1\n\n${line}\n`, 'data.yaml': yaml }),
  );
  expect(failed).toHaveLength(1);
  expect(failed[0]).toMatchObject({ file: 'a.txt', line: 3 });
  expect(failed[0]!.reason).toContain(reason);
});

test('labels without image are failures, images without labels are warnings', async () => {
  const { failed, warnings } = await importYolo(
    memoryFolder({
      'a.bmp': bmp,
      'a.txt': '0 0.5 0.5 0.1 0.1',
      'b.bmp': bmp,
      'c.txt': '0 0.5 0.5 0.1 0.1',
      'data.yaml': yaml,
    }),
  );
  expect(failed.map(({ file }) => file)).toEqual(['c.txt']);
  expect(warnings.map(({ file }) => file)).toContain('b.bmp');
});

test('yaml with aliases or endless nesting is refused', async () => {
  const read = (text: string) =>
    importYolo(memoryFolder({ 'a.bmp': bmp, 'a.txt': '0 0.5 0.5 0.1 0.1', 'data.yaml': text }));
  expect((await read('a: &a [x]\nnames: *a\n')).failed[0]!.reason).toContain('without aliases');
  expect((await read(`names: ${'['.repeat(9000)}`)).failed[0]!.reason).toContain('brackets deep');
});

test('outlines are written when asked for, else only where every mask is one ring', async () => {
  const ring = { outer: [0, 0, 8, 0, 8, 8, 0, 8] };
  const dataset = {
    name: 'x',
    classes: [{ id: 0, name: 'WBC' }],
    images: [
      {
        id: 'images/a.bmp',
        file: 'images/a.bmp',
        size: { width: 40, height: 20 },
        annotations: [
          {
            classIndex: 0,
            box: { x1: 0, y1: 0, x2: 8, y2: 8 },
            mask: { kind: 'polygons', polygons: [ring] },
          },
          { classIndex: 0, box: { x1: 1, y1: 1, x2: 9, y2: 9 } },
        ],
      },
    ],
  } as const;
  const label = async (shapes: 'auto' | 'boxes' | 'outlines') => {
    const folder = memoryFolder();
    const { losses } = await exportYolo(dataset, folder, { shapes });
    return {
      lines: new TextDecoder()
        .decode(await folder.read('labels/a.txt'))
        .trim()
        .split('\n'),
      losses,
    };
  };
  expect((await label('auto')).losses).toEqual(['1 x masks (boxes were written)']);
  expect((await label('boxes')).lines[0]).toBe('0 0.1 0.2 0.2 0.4');
  expect((await label('outlines')).lines[0]).toBe('0 0 0 0.2 0 0.2 0.4 0 0.4');
});
