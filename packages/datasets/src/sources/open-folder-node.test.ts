import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openFolder, writeFolder } from './open-folder-node.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'leukoscope-'));
});
afterEach(() => rm(root, { recursive: true }));

test('lists files as people count, reads them and parts of them', async () => {
  const sink = writeFolder(root);
  for (const file of ['a/10.txt', 'a/2.txt', 'b.txt', '.hidden/x']) await sink.write(file, file);
  const folder = await openFolder(root);
  expect(await folder.list()).toEqual(['a/2.txt', 'a/10.txt', 'b.txt']);
  const text = async (range?: { offset: number; length: number }) =>
    new TextDecoder().decode(await folder.read('a/10.txt', range));
  expect(await text()).toBe('a/10.txt');
  expect(await text({ offset: 2, length: 2 })).toBe('10');
  expect(await text({ offset: 6, length: 1e12 })).toBe('xt');
  expect(await text({ offset: 99, length: 5 })).toBe('');
});

test('never leaves the folder, neither by path nor by link', async () => {
  const outside = path.join(tmpdir(), `leukoscope-outside-${process.pid}.txt`);
  await writeFile(outside, 'secret');
  await symlink(outside, path.join(root, 'link.txt'));
  const folder = await openFolder(root);
  await expect(folder.read('link.txt')).rejects.toThrow('must lie inside');
  await expect(folder.read('../x')).rejects.toThrow('path must be relative');
  await expect(writeFolder(root).write('/etc/x', '')).rejects.toThrow('path must be relative');
  await rm(outside);
});

test('a missing folder or file says so', async () => {
  await expect(openFolder(path.join(root, 'none'))).rejects.toThrow('must be a folder');
  await expect((await openFolder(root)).read('none.txt')).rejects.toThrow(
    'none.txt must be a file',
  );
});
