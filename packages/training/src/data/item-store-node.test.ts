import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
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

test('no examples are none, damaged ones are told', async () => {
  await writeItems(file, []);
  const store = await openItems(file);
  expect(store.length).toBe(0);
  await store.close();
  writeFileSync(file, '{"set": "a", "image"\n');
  await expect(openItems(file)).rejects.toThrow('Received a damaged line');
});
