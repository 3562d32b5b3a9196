import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { HostPool } from './host-pool.ts';
import { openModelShelf } from './model-shelf.ts';

let folder: string;
/** Choosing a model loads none. */
const pool: HostPool = {
  run: () => Promise.reject(new Error('no model may be loaded here')),
  close: () => Promise.resolve(),
};

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'leukoscope-shelf-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('the first model by name analyses new fields, and a variant of it comes after it', () => {
  for (const id of ['model-int8', 'model']) writeFileSync(path.join(folder, `${id}.json`), '{}');
  expect(openModelShelf(folder, pool).default().id).toBe('model');
});

test('the file "default" names another', () => {
  for (const id of ['a', 'b']) writeFileSync(path.join(folder, `${id}.json`), '{}');
  writeFileSync(path.join(folder, 'default'), 'b\n');
  expect(openModelShelf(folder, pool).default().id).toBe('b');
});

test('a folder that does not exist holds no model, and says so when one is needed', () => {
  const shelf = openModelShelf(path.join(folder, 'none'), pool);
  expect(shelf.hasAny()).toBe(false);
  expect(() => shelf.default()).toThrow('must have a model');
});
