import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { HostPool } from '../hosts/host-pool.ts';
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
  expect(openModelShelf(folder, path.join(folder, 'added'), pool).default().id).toBe('model');
});

test('the file "default" names another', () => {
  for (const id of ['a', 'b']) writeFileSync(path.join(folder, `${id}.json`), '{}');
  writeFileSync(path.join(folder, 'default'), 'b\n');
  expect(openModelShelf(folder, path.join(folder, 'added'), pool).default().id).toBe('b');
});

test('the list begins with the one that analyses new fields', async () => {
  for (const id of ['a', 'b', 'c']) writeFileSync(path.join(folder, `${id}.json`), '{}');
  writeFileSync(path.join(folder, 'default'), 'b\n');
  const telling: HostPool = {
    ...pool,
    run: async () => ({
      name: 'one',
      hash: 'a'.repeat(64),
      classes: ['leukocyte'],
      reader: 'boxes',
      parent: null,
    }),
  };
  const { items } = await openModelShelf(folder, path.join(folder, 'added'), telling).list();
  expect(items.map(({ id }) => id)).toEqual(['b', 'a', 'c']);
});

test('of the models that ship, compact analyses new fields, whatever else is called', () => {
  const shipped = fileURLToPath(new URL('../../../../weights', import.meta.url));
  const own = openModelShelf(shipped, path.join(folder, 'added'), pool);
  expect(own.default().id).toBe('leukoscope-compact');
});

test('a folder that does not exist holds no model, and says so when one is needed', () => {
  const shelf = openModelShelf(path.join(folder, 'none'), path.join(folder, 'added'), pool);
  expect(shelf.hasAny()).toBe(false);
  expect(() => shelf.default()).toThrow('must have a model');
});

test('ONNX files that no description names, run folders and added models are on the shelf, the last ones behind', () => {
  writeFileSync(path.join(folder, 'pair.json'), JSON.stringify({ onnx: 'part.onnx' }));
  for (const name of ['part.onnx', 'whole.onnx', 'sent.partial.onnx'])
    writeFileSync(path.join(folder, name), '');
  mkdirSync(path.join(folder, 'run', 'best'), { recursive: true });
  writeFileSync(path.join(folder, 'run', 'best', 'model.json'), '{}');
  mkdirSync(path.join(folder, 'added'));
  writeFileSync(path.join(folder, 'added', 'a-later.onnx'), '');
  // Whatever a folder is called, it is no description.
  mkdirSync(path.join(folder, 'added', 'learnt.json'));
  writeFileSync(path.join(folder, 'added', 'learnt.json', 'model.json'), '{}');
  const shelf = openModelShelf(folder, path.join(folder, 'added'), pool);
  expect(shelf.find('whole')?.file).toBe(path.join(folder, 'whole.onnx'));
  expect(shelf.find('run')?.file).toBe(path.join(folder, 'run', 'best', 'model.json'));
  expect(shelf.find('run')?.card).toBe(path.join(folder, 'run', 'best', 'card.md'));
  expect([shelf.find('part'), shelf.find('sent'), shelf.find('sent.partial')]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  const added = ['a-later', 'learnt.json', 'whole'].map((id) => shelf.isAdded(id));
  expect(added).toEqual([true, true, false]);
  expect(shelf.default().id).toBe('pair');
});

test('what cannot be opened is told and hides nothing else', async () => {
  writeFileSync(path.join(folder, 'broken.json'), '{}');
  const shelf = openModelShelf(folder, path.join(folder, 'added'), pool);
  expect(await shelf.list()).toEqual({
    items: [],
    broken: [{ id: 'broken', reason: 'no model may be loaded here' }],
  });
});
