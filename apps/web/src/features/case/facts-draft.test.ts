import type { Case } from '@leukoscope/contract';
import { expect, test } from 'vitest';
import { factsChange, factsDraft } from './facts-draft.ts';

const facts = {
  number: 'S-1',
  patientReference: 'P-1',
  specimen: 'peripheral-blood',
  collectedAt: '2026-11-20T10:00:42.000Z',
  leukocytesE9PerLitre: 6.4,
} as Case;

test('what was not touched is not sent: the seconds of a time stay', () => {
  expect(factsChange(facts, factsDraft(facts))).toEqual({ change: {}, fault: undefined });
});

test('sends what was corrected, and why', () => {
  const draft = {
    ...factsDraft(facts),
    patientReference: ' P-2 ',
    collectedAt: '',
    leukocytes: '7,1',
    reason: 'Wrong tube',
  };
  expect(factsChange(facts, draft).change).toEqual({
    patientReference: 'P-2',
    collectedAt: null,
    leukocytesE9PerLitre: 7.1,
    reason: 'Wrong tube',
  });
});

test('says what is wrong before anything is sent', () => {
  const fault = (part: object) => factsChange(facts, { ...factsDraft(facts), ...part }).fault;
  expect(fault({ number: ' ' })).toMatch(/must have a number/);
  expect(fault({ leukocytes: 'many' })).toMatch(/Received "many"/);
});
