import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { boxIou } from '@leukoscope/core';
import { type Dataset, synthesiseCell } from '@leukoscope/datasets';
import { openFolder } from '@leukoscope/datasets/node';
import { encodePng } from '@leukoscope/image';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { locateCentred } from './centred-cells-node.ts';
import { chosenPart } from './opened-set.ts';

const root = mkdtempSync(path.join(tmpdir(), 'leukoscope-centred-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const cell = synthesiseCell('lymphocyte', { seed: 5, side: 160, microns: 36 });
const truth = cell.annotations.find(({ cellClass }) => cellClass === 'lymphocyte')!.box!;
beforeAll(async () => {
  writeFileSync(path.join(root, 'a.png'), await encodePng(cell.raster));
  const predicted = {
    images: [{ id: 1, file_name: 'a.png', width: 160, height: 160 }],
    categories: [{ id: 1, name: 'leukocyte' }],
    annotations: [
      { id: 1, image_id: 1, category_id: 1, bbox: [2, 2, 20, 20], score: 0.9 },
      { id: 2, image_id: 1, category_id: 1, bbox: [60, 60, 50, 40], score: 0.5 },
    ],
  };
  writeFileSync(path.join(root, 'predicted.json'), JSON.stringify(predicted));
});

const dataset: Dataset = {
  name: 'cells',
  classes: [{ id: 0, name: 'LY', cellClass: 'lymphocyte' }],
  images: [
    {
      id: 1,
      file: 'a.png',
      annotations: [{ classIndex: 0 }, { classIndex: 0, box: { x1: 0, y1: 0, x2: 9, y2: 9 } }],
    },
    { id: 2, file: 'b.png', annotations: [{ classIndex: 0, box: { x1: 0, y1: 0, x2: 9, y2: 9 } }] },
  ],
};

test("a picture's type gets the box of a rule; boxes of the source are not read", async () => {
  const roots = new Map<string, string>();
  const choice = { name: 'cells', centred: {} };
  const { images } = await locateCentred(dataset, choice, await openFolder(root), { roots });
  expect(images[0]!.annotations).toHaveLength(1);
  expect(boxIou(images[0]!.annotations[0]!.box!, truth)).toBeGreaterThan(0.5);
  expect(images[1]!.annotations).toEqual([]);
});

test('or that of the predicted cell over the middle', async () => {
  const roots = new Map([['boxes', root]]);
  const choice = { name: 'cells', centred: { boxes: 'boxes' } };
  const { images } = await locateCentred(dataset, choice, await openFolder(root), { roots });
  expect(images[0]!.annotations[0]!.box).toEqual({ x1: 60, y1: 60, x2: 110, y2: 100 });
  const none = { roots: new Map<string, string>() };
  await expect(locateCentred(dataset, choice, await openFolder(root), none)).rejects.toThrow(
    '--data boxes=DIR',
  );
});

test('unmarked kinds are a crowd over every picture, and types count as much as said', () => {
  const marked = chosenPart(dataset, { name: 'cells', unmarked: ['platelet'], typeWeight: 0.3 });
  const crowd = marked.images[1]!.annotations.find(({ isCrowd }) => isCrowd);
  expect(marked.classes[crowd!.classIndex!]!.cellClass).toBe('platelet');
  expect(crowd!.box!.x2).toBeGreaterThan(1e5);
  expect(marked.images[0]!.annotations[0]!.weight).toBe(0.3);
});
