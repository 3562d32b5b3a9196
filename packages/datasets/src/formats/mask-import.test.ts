import { type Raster, rleArea } from '@leukoscope/core';
import { decodeImage, encodePng } from '@leukoscope/image';
import { expect, test } from 'vitest';
import { memoryFolder } from '../folder.ts';
import { exportMasks } from './mask-export.ts';
import { importMasks, type MaskOptions } from './mask-import.ts';

const grey = (values: readonly number[], width = 4): Raster => ({
  width,
  height: values.length / width,
  channels: 1,
  bitDepth: 8,
  data: Uint8Array.from(values),
});
const decode = (bytes: Uint8Array) => decodeImage(bytes);

async function read(mask: Raster, options: Partial<MaskOptions> & Pick<MaskOptions, 'kind'>) {
  const size = { width: mask.width, height: mask.height };
  const image = await encodePng({
    ...size,
    channels: 1,
    bitDepth: 8,
    data: new Uint8Array(size.width * size.height),
  });
  const folder = memoryFolder({ 'images/a.png': image, 'masks/a.png': await encodePng(mask) });
  return importMasks(folder, { decodeImage: decode, ...options });
}

test('each value of an instance map is a cell', async () => {
  const { parsed } = await read(grey([1, 1, 0, 9, 0, 0, 0, 9]), {
    kind: 'instances',
    className: 'WBC',
  });
  expect(parsed.images[0]!.annotations.map(({ box, area }) => ({ box, area }))).toEqual([
    { box: { x1: 0, y1: 0, x2: 2, y2: 1 }, area: 2 },
    { box: { x1: 3, y1: 0, x2: 4, y2: 2 }, area: 2 },
  ]);
  expect(parsed.classes[0]).toMatchObject({ name: 'WBC', cellClass: 'leukocyte' });
});

test('a binary mask is one cell, and refuses more values', async () => {
  const { parsed } = await read(grey([255, 0, 0, 255]), { kind: 'binary', className: () => 'EO' });
  expect(parsed.images[0]!.annotations).toHaveLength(1);
  await expect(read(grey([1, 2, 3, 0]), { kind: 'binary' })).rejects.toThrow('one value beside 0');
});

test('values of a class map are classes, named where told', async () => {
  const { parsed } = await read(grey([1, 1, 2, 0]), {
    kind: 'class-map',
    classNames: { 1: 'nucleus' },
  });
  expect(parsed.classes.map(({ name }) => name)).toEqual(['nucleus', '2']);
});

test('a trimap gives the cell and its nucleus', async () => {
  const { parsed } = await read(grey([128, 255, 128, 0]), { kind: 'trimap' });
  const { mask, nucleus } = parsed.images[0]!.annotations[0]!;
  expect(mask?.kind === 'rle' && rleArea(mask.rle)).toBe(3);
  expect(nucleus?.kind === 'rle' && rleArea(nucleus.rle)).toBe(1);
  const other = await read(grey([1, 2, 1, 0]), {
    kind: 'trimap',
    trimap: { cytoplasm: 1, nucleus: 2 },
  });
  expect(other.parsed.images[0]!.annotations[0]!.nucleus?.kind).toBe('rle');
});

test('some odd pixels of a trimap are taken as the nearest value and reported, many are refused', async () => {
  const values = new Array(400).fill(0).fill(128, 100, 200);
  values[0] = 3;
  const { parsed, warnings } = await read(grey(values, 20), { kind: 'trimap' });
  expect(parsed.images[0]!.annotations[0]!.area).toBe(100);
  expect(warnings.some(({ reason }) => reason.includes('1 pixels of other values (3)'))).toBe(true);
  await expect(read(grey(values.fill(60, 200, 300), 20), { kind: 'trimap' })).rejects.toThrow(
    'other values',
  );
});

test('which files are masks can be told; one without an image is a failure', async () => {
  const png = await encodePng(grey([0, 7, 7, 0]));
  const folder = memoryFolder({ 'a.png': png, 'a-mask/a.png': png, 'a-mask/b.png': png });
  const { parsed, failed } = await importMasks(folder, {
    decodeImage: decode,
    kind: 'binary',
    isMask: (file) => file.startsWith('a-mask'),
  });
  expect(parsed.images.map(({ file }) => file)).toEqual(['a.png']);
  expect(failed.map(({ file }) => file)).toEqual(['a-mask/b.png']);
});

test('instance maps written come back pixel for pixel, in order', async () => {
  const { parsed } = await read(grey([1, 1, 0, 9, 0, 4, 0, 9]), {
    kind: 'instances',
    className: 'WBC',
  });
  const folder = memoryFolder({ 'images/a.png': await encodePng(grey(new Array(8).fill(0))) });
  const { losses } = await exportMasks(parsed, folder, { encodePng, kind: 'instances' });
  expect(losses).toEqual([]);
  const again = await importMasks(folder, {
    decodeImage: decode,
    kind: 'instances',
    className: 'WBC',
  });
  expect(again.parsed.images).toEqual(parsed.images);
  expect(again.parsed.classes).toEqual(parsed.classes);
});
