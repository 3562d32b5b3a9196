import type { CellClass, Finding } from '@leukoscope/core';
import type { SpecimenPrior } from '@leukoscope/models';
import { expect, test } from 'vitest';
import { priorOf, typeFinding } from './type-finding.ts';

const classes = [
  'segmented-neutrophil',
  'lymphocyte',
  'blast',
  'erythroblast',
] as const satisfies readonly CellClass[];
const facts = { name: 'm', classes, unsureBelow: 0.7 };
const prior: SpecimenPrior = { factors: { blast: 0.1, erythroblast: 0.1 }, unexpectedFrom: 0.6 };

function found(probabilities: readonly number[]): Finding {
  const classIndex = probabilities.indexOf(Math.max(...probabilities));
  return {
    box: { x1: 0, y1: 0, x2: 9, y2: 9 },
    score: 0.9,
    classIndex,
    cellClass: classes[classIndex]!,
    probabilities,
    isUnsure: probabilities[classIndex]! < 0.7,
    isIncomplete: false,
  };
}

test('without a prior a finding stays as it is', () => {
  const finding = found([0, 0.4, 0.6, 0]);
  expect(typeFinding(finding, facts, { depth: 'fine', prior: undefined })).toBe(finding);
});

test('a kind that is not expected must be likelier to be named, and doubt follows the new probabilities', () => {
  // 0.45 : 0.05 of 0.5
  const typed = typeFinding(found([0, 0.45, 0.5, 0.05]), facts, { depth: 'fine', prior });
  expect(typed).toMatchObject({ cellClass: 'lymphocyte', classIndex: 1, isUnsure: false });
  expect(typed.probabilities![1]).toBeCloseTo(0.45 / (0.45 + 0.05 + 0.005), 12);
  expect(typed.probabilities!.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
  expect(typed.unexpected).toBeUndefined();
});

test('what looked like kinds that are not expected is unidentified, at every depth, and says which', () => {
  for (const depth of ['fine', 'five'] as const) {
    const typed = typeFinding(found([0, 0.3, 0.4, 0.3]), facts, { depth, prior });
    expect(typed).toMatchObject({ cellClass: 'lymphocyte', isUnsure: true });
    expect(typed.unexpected!.cellClass).toBe('blast');
    expect(typed.unexpected!.probability).toBeCloseTo(0.7, 12);
  }
});

test('a kind that is not expected and still the likeliest is named', () => {
  const typed = typeFinding(found([0, 0.02, 0.97, 0.01]), facts, { depth: 'fine', prior });
  expect(typed).toMatchObject({ cellClass: 'blast', isUnsure: false });
  expect(typed.unexpected).toBeUndefined();
});

test('findings without probabilities are typed as they were', () => {
  const { probabilities: _, ...rest } = found([0, 0.1, 0.9, 0]);
  expect(typeFinding(rest, facts, { depth: 'five', prior })).toBe(rest);
});

test('an expectation without a prior is refused by name', () => {
  const priors = { 'ordinary-blood': prior };
  expect(priorOf({ name: 'm', priors }, 'ordinary-blood')).toBe(prior);
  expect(priorOf({ name: 'm', priors }, undefined)).toBeUndefined();
  expect(() => priorOf({ name: 'm', priors }, 'marrow')).toThrow(
    'must be one that m has a prior for: ordinary-blood. Received marrow',
  );
  expect(() => priorOf({ name: 'm' }, 'marrow')).toThrow('it has none');
});
