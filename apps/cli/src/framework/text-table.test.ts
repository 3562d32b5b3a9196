import { expect, test } from 'vitest';
import { createStyle, printable, widthOf } from './style.ts';
import { plural, textTable } from './text-table.ts';

const plain = createStyle(false);

test('sets numbers to the right and texts to the left', () => {
  expect(
    textTable(
      ['class', 'cells'],
      [
        ['a', 5],
        ['long name', 12_345],
      ],
      plain,
      undefined,
    ),
  ).toBe(['class       cells', 'a               5', 'long name  12,345'].join('\n'));
});

test('cuts texts, never numbers, to the width of a terminal; paths at their beginning', () => {
  const rows = [['folder/with/a/long/name.jpg', 1234]] as const;
  const [, row = ''] = textTable(['image', 'n'], rows, plain, 20).split('\n');
  expect(row).toBe('…ong/name.jpg  1,234');
  expect(widthOf(row)).toBe(20);
  expect(row.endsWith('1,234')).toBe(true);
});

test('leaves escapes out of widths and control characters out of the terminal', () => {
  const style = createStyle(true);
  expect(style.red('abc')).toBe('\u001b[31mabc\u001b[39m');
  expect(widthOf(style.bold('abc'))).toBe(3);
  expect(printable('a\u001b[2Jb\nc')).toBe('a?[2Jb?c');
});

test('writes counts with their noun', () => {
  expect([plural(1, 'image'), plural(1204, 'image'), plural(0, 'class', 'classes')]).toEqual([
    '1 image',
    '1,204 images',
    '0 classes',
  ]);
});
