import { expect, test } from 'vitest';
import { parseNewCase } from './parse-new-case.ts';

const parse = (form: Record<string, string>) => parseNewCase((name) => form[name] ?? null);

test('leaves to the site what is left empty', () => {
  expect(parse({ number: ' S-1 ' })).toEqual({
    faults: {},
    body: { number: 'S-1', patientReference: '' },
  });
});

test('reads every field', () => {
  const { body } = parse({
    number: 'S-1',
    patientReference: 'P 7',
    specimen: 'bone-marrow',
    expectation: 'marrow',
    collectedAt: '2026-03-04T05:06',
    leukocytesE9PerLitre: '6,4',
    targetCells: '400',
    signersNeeded: '2',
  });
  expect(body).toEqual({
    number: 'S-1',
    patientReference: 'P 7',
    specimen: 'bone-marrow',
    expectation: 'marrow',
    collectedAt: new Date(2026, 2, 4, 5, 6).toISOString(),
    leukocytesE9PerLitre: 6.4,
    targetCells: 400,
    signersNeeded: 2,
  });
});

test('nothing may be expected although the site expects something', () => {
  expect(parse({ number: 'S-1', expectation: 'nothing' }).body.expectation).toBeNull();
  expect('expectation' in parse({ number: 'S-1', expectation: '' }).body).toBe(false);
});

test('asks for a number, and for leukocytes that can be', () => {
  expect(Object.keys(parse({ number: ' ', leukocytesE9PerLitre: '-1' }).faults)).toEqual([
    'number',
    'leukocytesE9PerLitre',
  ]);
});

test('asks for the reason where the form has a place for it, and sends it', () => {
  const form = { number: 'S-1', signersNeeded: '1' };
  expect(parse(form).faults).toEqual({});
  expect(Object.keys(parse({ ...form, reason: ' ' }).faults)).toEqual(['reason']);
  expect(parse({ ...form, reason: 'Night shift' }).body).toMatchObject({
    signersNeeded: 1,
    reason: 'Night shift',
  });
});
