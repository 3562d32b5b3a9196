import { expect, test } from 'vitest';
import { dyeBinding, referencePh, romanowsky, stainAtPh } from './stain.ts';

test('at the reference pH and strength 1 the colours are those given', () => {
  const colours = stainAtPh(romanowsky, referencePh);
  for (const name of ['chromatin', 'azure', 'eosin', 'haemoglobin'] as const) {
    colours[name].forEach((value, c) => {
      expect(value).toBeCloseTo(romanowsky[name][c]!, 10);
    });
  }
});

test('azure binds more and eosin less as the pH rises', () => {
  expect(dyeBinding(7).azure).toBeCloseTo(Math.exp(0.75 * 0.4), 10);
  expect(dyeBinding(7).eosin).toBeCloseTo(Math.exp(-1.15 * 0.4), 10);
  expect(dyeBinding(6).azure).toBeLessThan(1);
  expect(dyeBinding(6).eosin).toBeGreaterThan(1);
});

test('chromatin pales in acid, and turns bluer in alkali', () => {
  const acid = stainAtPh(romanowsky, 5.8).chromatin;
  const right = romanowsky.chromatin;
  const alkali = stainAtPh(romanowsky, 7.4).chromatin;
  expect(acid[1]).toBeLessThan(right[1]);
  expect(alkali[0] / alkali[1]).toBeGreaterThan(right[0] / right[1]);
});

test('strength scales the dyes, but only the eosin of haemoglobin', () => {
  const twice = stainAtPh(romanowsky, referencePh, 2);
  expect(twice.eosin[1]).toBeCloseTo(2 * romanowsky.eosin[1], 10);
  expect(twice.haemoglobin[1]).toBeCloseTo(1.4 * romanowsky.haemoglobin[1], 10);
});
