import { expect, test } from 'vitest';
import { unexpectedFlags } from './unexpected-flags.ts';

test('each kind that was not expected is told once, with its cells, in the order of reports', () => {
  const flags = unexpectedFlags(['erythroblast', null, 'blast', undefined, 'blast']);
  expect(flags.map(({ text }) => text)).toEqual([
    '2 unidentified cells look like blasts, which the specimen was not expected to hold',
    '1 unidentified cell looks like an erythroblast, which the specimen was not expected to hold',
  ]);
  expect(new Set(flags.map(({ severity }) => severity))).toEqual(new Set(['warning']));
});

test('a case as it was expected to be has no such flag', () => {
  expect(unexpectedFlags([null, undefined])).toEqual([]);
});
