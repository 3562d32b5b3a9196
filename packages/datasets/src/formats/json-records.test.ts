import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readJsonRecords } from './json-records.ts';

const read = (text: string) => readJsonRecords(new TextEncoder().encode(text));
const valuesOf = (text: string, key: string) =>
  read(text)
    .lists.get(key)!
    .map((record) => record.parse());

test('gives what JSON.parse gives, for any lists, values and spacing', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.string(), fc.oneof(fc.array(fc.jsonValue()), fc.jsonValue())),
      fc.constantFrom(0, 1, 4),
      (json, indent) => {
        const { lists, values, broken } = read(JSON.stringify(json, null, indent));
        expect(broken).toBeUndefined();
        for (const [key, value] of Object.entries(json)) {
          const found = Array.isArray(value)
            ? lists.get(key)!.map((record) => record.parse())
            : values.get(key)!.parse();
          const wrap = (part: unknown) => ({ value: JSON.parse(JSON.stringify(part)) });
          expect(found).toEqual(Array.isArray(value) ? value.map(wrap) : wrap(value));
        }
      },
    ),
  );
});

test('knows the line of each record', () => {
  const { lists } = read('{"a": [\n1,\n\n{"b":\n2}, 3\n]}');
  expect(lists.get('a')!.map(({ line }) => line)).toEqual([2, 4, 5]);
});

test('a record that is broken inside does not harm its neighbours', () => {
  expect(valuesOf('{"a": [1, NaN, {"b": nope}, 2]}', 'a')).toEqual([
    { value: 1 },
    { reason: expect.stringContaining('a[1] must be JSON') },
    { reason: expect.stringContaining('a[2] must be JSON') },
    { value: 2 },
  ]);
});

test('lists under a repeated key are joined', () => {
  expect(valuesOf('{"a": [1], "a": [2]}', 'a')).toEqual([{ value: 1 }, { value: 2 }]);
});

test.each([
  ['{"a": [1, 2', 2],
  ['{"a": [1 2]}', 1],
  ['{"a": [1, "x]}', 1],
  ['{"a": [1, {]}', 2], // "{]" is a record by its brackets, and fails to parse
  ['{"a": [1]} {', 1],
])('%s is broken, and what stands before is read', (text, count) => {
  const { lists, broken } = read(text);
  expect(broken?.line).toBe(1);
  expect(lists.get('a')).toHaveLength(count);
});

test('a file that is a list, with a byte order mark', () => {
  expect(valuesOf('\uFEFF [1, 2]', '')).toEqual([{ value: 1 }, { value: 2 }]);
});
