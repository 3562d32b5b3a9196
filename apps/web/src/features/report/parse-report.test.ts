import type { Field } from '@leukoscope/contract';
import { expect, test } from 'vitest';
import { modelsOf, parseReport, type Report, statusOf } from './parse-report.ts';

const report = (signers: number, version: number) =>
  ({ signatures: Array(signers).fill({}), facts: { version } }) as unknown as Report;

test('is preliminary until signed, then final, and corrected in later versions', () => {
  expect(statusOf(report(0, 2))).toBe('preliminary');
  expect(statusOf(report(1, 1))).toBe('final');
  expect(statusOf(report(2, 2))).toBe('corrected');
});

test('names each model once, with the beginning of its hash', () => {
  const analysis = { modelId: 'compact', modelSha256: 'ab'.repeat(32), finishedAt: '' };
  const fields = [{ analysis }, { analysis }, { analysis: null }] as unknown as Field[];
  expect(modelsOf(fields)).toEqual(['compact (sha256 abababababab)']);
});

test('refuses what is no export of a case', () => {
  expect(() => parseReport({})).toThrow();
  expect(() => parseReport(null)).toThrow();
});
