import { expect, test } from 'vitest';
import { folderOf } from './fetched-cells.ts';

test('no two cases share a folder, whatever their numbers', () => {
  const taken = new Set<string>();
  const numbers = ['S 1/7', 'S-1-7', 's-1-7', '..', '../x', '例 3'];
  const folders = numbers.map((number) => folderOf(number, taken));
  expect(folders).toEqual(['S-1-7', 'S-1-7-2', 's-1-7-3', 'case', '-x', '例-3']);
});
