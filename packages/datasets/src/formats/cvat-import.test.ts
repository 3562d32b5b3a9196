import { decodeRle } from '@leukoscope/core';
import { expect, test } from 'vitest';
import { memoryFolder } from '../folder.ts';
import { importCvat } from './cvat-import.ts';

const around = (shapes: string) =>
  `<annotations><version>1.1</version><meta><task><labels><label><name>WBC</name></label></labels></task></meta>
<image id="3" name="a.png" subset="train" width="10" height="8">
<box label="WBC" xtl="1" ytl="2" xbr="5" ybr="6" occluded="1"><attribute name="stain">pale</attribute></box>
${shapes}
</image></annotations>`;
const read = (shapes = '') =>
  importCvat(memoryFolder({ 'a.xml': around(shapes) }), { file: 'a.xml' });

test('reads boxes with attributes, the split and the id', async () => {
  const { parsed } = await read();
  expect(parsed.images[0]).toMatchObject({
    id: 3,
    file: 'a.png',
    split: 'train',
    size: { width: 10, height: 8 },
  });
  expect(parsed.images[0]!.annotations[0]).toEqual({
    classIndex: 0,
    box: { x1: 1, y1: 2, x2: 5, y2: 6 },
    attributes: { occluded: '1', stain: 'pale' },
  });
});

test("a mask's runs go along the rows of its rectangle", async () => {
  const { parsed } = await read(
    '<mask label="WBC" rle="1, 2, 1, 2" left="4" top="5" width="3" height="2"/>',
  );
  const { mask, box } = parsed.images[0]!.annotations[1]!;
  // . X X
  // . X X
  expect(box).toEqual({ x1: 5, y1: 5, x2: 7, y2: 7 });
  expect(mask?.kind === 'rle' && decodeRle(mask.rle).data.reduce((a, b) => a + b)).toBe(4);
});

test('a rotated box becomes a polygon about the same middle', async () => {
  const { parsed } = await read('<box label="WBC" xtl="2" ytl="3" xbr="6" ybr="5" rotation="90"/>');
  const { box, mask } = parsed.images[0]!.annotations[1]!;
  expect(box!.x1).toBeCloseTo(3, 9);
  expect(box!.y2).toBeCloseTo(6, 9);
  expect(mask?.kind).toBe('polygons');
});

test('a tag is about the whole image', async () => {
  const { parsed } = await read('<tag label="EO"/>');
  expect(parsed.images[0]!.annotations[1]).toEqual({ classIndex: 1 });
});

test.each([
  ['shapes without an area', '<points label="WBC" points="1,1"/>', 'no area'],
  [
    'runs that do not fill the mask',
    '<mask label="WBC" rle="1,2" left="0" top="0" width="3" height="3"/>',
    'sum to',
  ],
  [
    'masks of a size that no image has',
    '<mask label="WBC" rle="1000000000000" left="0" top="0" width="1000000" height="1000000"/>',
    'whole numbers',
  ],
  ['points that are none', '<polygon label="WBC" points="1,1;2;3,3"/>', '"x,y;x,y;..."'],
  ['no label', '<box xtl="1" ytl="2" xbr="5" ybr="6"/>', 'label'],
  ['corners that are none', '<box label="WBC" xtl="" ytl="2" xbr="5" ybr="6"/>', 'xtl'],
])('reports %s with the line', async (_, shape, reason) => {
  const { failed } = await read(shape);
  expect(failed).toHaveLength(1);
  expect(failed[0]).toMatchObject({ file: 'a.xml', line: 4 });
  expect(failed[0]!.reason).toContain(reason);
});

test('another root is refused', async () => {
  await expect(
    importCvat(memoryFolder({ 'a.xml': '<annotation/>' }), { file: 'a.xml' }),
  ).rejects.toThrow('<annotations>');
});
