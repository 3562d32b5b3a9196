import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { encodePlacedRle } from '@leukoscope/core';
import { storedMaskToPlaced } from '@leukoscope/datasets';
import { afterAll, expect, test } from 'vitest';
import { openItems, writeItems } from './item-store-node.ts';

const root = mkdtempSync(path.join(tmpdir(), 'leukoscope-items-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

test('examples come back as they were, masks in run lengths too', async () => {
  const size = { width: 8, height: 6 };
  const mask = { width: 2, height: 3, data: Uint8Array.of(1, 1, 1, 0, 1, 1) };
  const placed = { left: 3, top: 1, mask };
  const stored = { kind: 'rle', rle: encodePlacedRle(placed, size) } as const;
  const file = path.join(root, 'items.jsonl');
  const annotations = [{ classIndex: 1, mask: stored }];
  const item = { set: 'cells', image: { id: 1, file: 'a.png', size, annotations }, classIndex: 1 };
  await writeItems(file, [item, { ...item, set: 'others' }]);
  const store = await openItems(file);
  const read = await store.read(1);
  await store.close();
  expect(read).toEqual({ ...item, set: 'others' });
  expect(storedMaskToPlaced(read.image.annotations[0]!.mask!, size)).toEqual(placed);
});
