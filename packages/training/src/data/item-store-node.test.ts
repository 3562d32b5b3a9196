import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createRle } from '@leukoscope/core';
import { type StoredMask, storedMaskToPlaced } from '@leukoscope/datasets';
import { afterAll, expect, test } from 'vitest';
import { openItems, writeItems } from './item-store-node.ts';
import type { TrainingItem } from './list-items.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'leukoscope-items-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = path.join(folder, 'items.jsonl');

const itemAt = (i: number): TrainingItem => ({
  set: i < 1000 ? 'a' : 'b',
  image: { id: i, file: `Zelle-${'ä'.repeat(i % 50)}-${i}.png`, annotations: [] },
  ...(i % 3 === 0 ? {} : { classIndex: i % 3 }),
});

test('any example can be read at any time, over the borders of what is read at once', async () => {
  await writeItems(
    file,
    Array.from({ length: 5000 }, (_, i) => itemAt(i)),
  );
  const store = await openItems(file);
  expect(store.length).toBe(5000);
  expect(store.sets).toEqual([
    { name: 'a', from: 0, to: 1000 },
    { name: 'b', from: 1000, to: 5000 },
  ]);
  expect([...store.classIndexes.subarray(0, 5)]).toEqual([-1, 1, 2, -1, 1]);
  for (const i of [4999, 0, 999, 1000, 2345]) expect(await store.read(i)).toEqual(itemAt(i));
  expect(await Promise.all([7, 8, 9].map((i) => store.read(i)))).toEqual([7, 8, 9].map(itemAt));
  await store.close();
});

test('outlines come back as they were, run lengths and polygons', async () => {
  const rle = createRle({ width: 4, height: 3 }, [2, 5, 5]);
  const ring = [1, 1, 3, 1, 3, 2.5];
  const item: TrainingItem = {
    set: 'a',
    image: {
      id: 1,
      file: 'a.png',
      annotations: [
        { classIndex: 0, mask: { kind: 'rle', rle } },
        { classIndex: 0, mask: { kind: 'polygons', polygons: [{ outer: ring }] } },
      ],
    },
  };
  await writeItems(file, [item]);
  const store = await openItems(file);
  const read = await store.read(0);
  await store.close();
  expect(read).toEqual(item);
  const [{ mask }] = read.image.annotations as [{ mask: StoredMask }];
  expect(storedMaskToPlaced(mask, rle)?.mask.data.reduce((a, b) => a + b, 0)).toBe(5);
});

test('no examples are none, damaged ones are told', async () => {
  await writeItems(file, []);
  const store = await openItems(file);
  expect(store.length).toBe(0);
  await store.close();
  writeFileSync(file, '{"set": "a", "image"\n');
  await expect(openItems(file)).rejects.toThrow('Received a damaged line');
});
