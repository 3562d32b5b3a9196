import { expect, test } from 'vitest';
import { memoryFolder } from '../folder.ts';
import { importVoc } from './voc-import.ts';

const object = (name: string, corners: readonly (number | string)[], more = '') =>
  `<object><name>${name}</name>${more}<bndbox><xmin>${corners[0]}</xmin><ymin>${corners[1]}</ymin><xmax>${corners[2]}</xmax><ymax>${corners[3]}</ymax></bndbox></object>`;
const file = (...objects: string[]) =>
  `<annotation>\n<filename>x.jpg</filename>\n<size><width>20</width><height>10</height><depth>3</depth></size>\n${objects.join('\n')}\n</annotation>`;
const read = (text: string, options = {}) =>
  importVoc(memoryFolder({ 'Annotations/x.xml': text }), options);

test('corners are 1-based and inclusive', async () => {
  const { parsed } = await read(file(object('WBC', [1, 1, 20, 10])));
  expect(parsed.images[0]!.annotations[0]!.box).toEqual({ x1: 0, y1: 0, x2: 20, y2: 10 });
});

test('corners of tools that count from 0 are read as they stand when told', async () => {
  const { parsed } = await read(file(object('WBC', [0, 0, 20, 10])), { corners: 'zero-based' });
  expect(parsed.images[0]!.annotations[0]!.box).toEqual({ x1: 0, y1: 0, x2: 20, y2: 10 });
});

test('a stray mark of one pixel is reported with its line', async () => {
  const { parsed, failed } = await read(
    file(object('WBC', [1, 1, 5, 5]), object('RBC', [7, 7, 7, 7])),
  );
  expect(parsed.images[0]!.annotations).toHaveLength(1);
  expect(failed).toEqual([
    {
      file: 'Annotations/x.xml',
      line: 5,
      reason: 'bndbox must be larger than one pixel. Received a stray mark at (7, 7).',
    },
  ]);
});

test('entities of the document are not expanded, predefined ones are', async () => {
  const bomb = `<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "boom">]>${file(object('A &amp; &b;', [1, 1, 5, 5]))}`;
  const { parsed } = await read(bomb);
  expect(parsed.classes[0]!.name).toBe('A & &b;');
});

test('keeps attributes, reads the splits, warns of what it does not read', async () => {
  const { parsed, warnings } = await importVoc(
    memoryFolder({
      'Annotations/x.xml': file(object('WBC', [1, 1, 5, 5], '<difficult>1</difficult><part/>')),
      'ImageSets/Main/val.txt': 'x\n',
    }),
  );
  expect(parsed.images[0]).toMatchObject({ split: 'val', size: { width: 20, height: 10 } });
  expect(parsed.images[0]!.annotations[0]!.attributes).toEqual({ difficult: '1' });
  expect(warnings.some(({ reason }) => reason.startsWith('<part>'))).toBe(true);
});

test.each([
  ['text that is no number', object('WBC', ['a', 1, 5, 5]), 'four numbers'],
  ['corners turned round', object('WBC', [9, 1, 5, 5]), 'positive width'],
  ['no name', object('', [1, 1, 5, 5]), '<name>'],
  ['no box', '<object><name>WBC</name></object>', '<bndbox>'],
])('reports %s', async (_, bad, reason) => {
  const { failed } = await read(file(object('WBC', [1, 1, 5, 5]), bad));
  expect(failed).toHaveLength(1);
  expect(failed[0]!.reason).toContain(reason);
});

test('a file that is no XML is one failed record; a folder of nothing else is an error', async () => {
  await expect(read('<annotation><object>')).rejects.toThrow('well-formed XML');
});
