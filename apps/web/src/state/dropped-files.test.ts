import { expect, test } from 'vitest';
import { readDrop, sortFiles } from './dropped-files.ts';

const fileOf = (path: string) => {
  const file = new File(['x'], path.split('/').at(-1)!);
  // Browsers set it on files of a chosen folder; it is read-only there and missing here.
  Object.defineProperty(file, 'webkitRelativePath', { value: path.includes('/') ? path : '' });
  return file;
};

test('sorts images as people count, and tells what is no image', () => {
  const { images, leftOut } = sortFiles(
    ['field10.PNG', 'field2.tiff', 'notes.txt', '.DS_Store', 'field1.jpg'].map(fileOf),
  );
  expect(images.map((file) => file.name)).toEqual(['field1.jpg', 'field2.tiff', 'field10.PNG']);
  expect(leftOut).toEqual(['notes.txt']);
});

test('names the folder that everything came from', () => {
  expect(sortFiles([fileOf('S-12/a.png'), fileOf('S-12/sub/b.png')]).folder).toBe('S-12');
  expect(sortFiles([fileOf('S-12/a.png'), fileOf('S-13/b.png')]).folder).toBeUndefined();
  expect(sortFiles([fileOf('a.png')]).folder).toBeUndefined();
});

test('a file that cannot be read is named and holds up nothing else', async () => {
  const readable = {
    name: 'a.png',
    isFile: true,
    isDirectory: false,
    file: (resolve: (file: File) => void) => resolve(new File([], 'a.png')),
  };
  const locked = {
    ...readable,
    name: 'b.png',
    file: (_: unknown, reject: (fault: Error) => void) => reject(new Error('NotReadableError')),
  };
  const batches = [[readable, locked], []];
  const folder = {
    name: 'slide',
    isFile: false,
    isDirectory: true,
    createReader: () => ({
      readEntries: (resolve: (batch: unknown) => void) => resolve(batches.shift()),
    }),
  };
  const items = parseItems([{ kind: 'file', webkitGetAsEntry: () => folder }]);
  const { images, leftOut, folder: name } = await readDrop(items);
  expect([images.map((file) => file.name), leftOut, name]).toEqual([['a.png'], ['b.png'], 'slide']);
});

function parseItems(items: unknown): DataTransferItemList {
  return items as DataTransferItemList;
}
