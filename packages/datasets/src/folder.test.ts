import { expect, test } from 'vitest';
import { checkRelativePath, memoryFolder } from './folder.ts';

test('reads what was written, whole or in part, and lists in natural order', async () => {
  const folder = memoryFolder({ '10.txt': 'abcdef', '2.txt': Uint8Array.of(1) }, 'x');
  expect(await folder.list()).toEqual(['2.txt', '10.txt']);
  const bytes = await folder.read('10.txt', { offset: 4, length: 9 });
  expect(new TextDecoder().decode(bytes)).toBe('ef');
  await expect(folder.read('none')).rejects.toThrow('none must be a file of x');
});

test.each(['', '/a', '../a', 'a/../../b', 'C:/a', 'a\\b', 'a\0b'])(
  'refuses the path %j',
  (path) => {
    expect(() => checkRelativePath(path)).toThrow('path must be relative');
  },
);
