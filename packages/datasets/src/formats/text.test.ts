import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeText, formatCsv, parseCsv, parseNumber, splitLines } from './text.ts';

test('CSV written is CSV read, whatever stands in the cells', () => {
  const cell = fc.oneof(fc.string(), fc.constantFrom('a,b', '"', 'x\ny', ' padded ', 'x\r\ny'));
  const row = fc.array(cell, { minLength: 2, maxLength: 4 });
  fc.assert(
    fc.property(fc.array(row), (rows) => {
      expect(parseCsv(formatCsv(rows)).map(({ cells }) => cells)).toEqual(rows);
    }),
  );
});

test('rows know their line, blank lines and line breaks in quotes count', () => {
  const rows = parseCsv('a,b\r\n\r\n"1\n2",x\nlast,y');
  expect(rows.map(({ line }) => line)).toEqual([1, 3, 5]);
  expect(() => parseCsv('a,"b')).toThrow('closed by a quote');
});

test('lines of any ending are split, with their numbers', () => {
  expect(splitLines('a\r\n\n b \rc')).toEqual([
    { line: 1, text: 'a' },
    { line: 3, text: 'b' },
    { line: 4, text: 'c' },
  ]);
});

test.each([
  ['1', 1],
  [' -2.5 ', -2.5],
  ['1e3', 1000],
  ['.5', 0.5],
  ['3.', 3],
])('%s is a number', (text, value) => {
  expect(parseNumber(text)).toBe(value);
});

test.each(['', 'NaN', 'Infinity', '1e999', '0x10', '1,5', '1 2', '9'.repeat(50), '1e8', '--1'])(
  '%s is none',
  (text) => {
    expect(parseNumber(text)).toBeUndefined();
  },
);

test('UTF-8 and UTF-16 are read, other bytes refused', () => {
  expect(decodeText(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61), 'f')).toBe('a');
  expect(decodeText(Uint8Array.of(0xff, 0xfe, 0x61, 0), 'f')).toBe('a');
  expect(decodeText(Uint8Array.of(0xfe, 0xff, 0, 0x61), 'f')).toBe('a');
  expect(() => decodeText(Uint8Array.of(0x61, 0xff), 'f')).toThrow('f must be text');
});
