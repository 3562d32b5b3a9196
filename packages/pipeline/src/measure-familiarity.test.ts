import type { CellClass, Finding } from '@leukoscope/core';
import { centredLogits } from '@leukoscope/models';
import { expect, test } from 'vitest';
import { measureFamiliarity } from './measure-familiarity.ts';

const classes = ['lymphocyte', 'erythroblast', 'platelet'] as const satisfies readonly CellClass[];
const familiar = {
  means: [
    [2, -1, -1],
    [-1, 2, -1],
    [0, 0, 0],
  ],
  deviations: [0.5, 1, 2],
  limit: 0.3,
  temperature: 0.8,
};

function found(probabilities: readonly number[], part: Partial<Finding> = {}): Finding {
  const classIndex = probabilities.indexOf(Math.max(...probabilities));
  return {
    box: { x1: 0, y1: 0, x2: 9, y2: 9 },
    score: 0.9,
    classIndex,
    cellClass: classes[classIndex]!,
    probabilities,
    isUnsure: false,
    isIncomplete: false,
    ...part,
  };
}

test('centred logits are those of any temperature', () => {
  const logits = [1.2, -0.4, -0.8];
  for (const T of [0.5, 1, 2]) {
    const powers = logits.map((z) => Math.exp(z / T));
    const sum = powers.reduce((a, b) => a + b);
    const back = centredLogits(
      powers.map((p) => p / sum),
      T,
    );
    for (const [k, z] of back.entries()) expect(z).toBeCloseTo(logits[k]!, 9);
  }
});

test('residuals are from the mean of the type that the model gives, over the deviations, and add up', () => {
  const cells = [found([0.9, 0.06, 0.04]), found([0.2, 0.7, 0.1])];
  const measured = measureFamiliarity(cells, { classes, familiar })!;
  expect(measured).toMatchObject({ cells: 2, limit: 0.3 });
  const z = cells.map(({ probabilities }) => centredLogits(probabilities!, 0.8));
  expect(measured.sums[0]).toBeCloseTo((z[0]![0]! - 2) / 0.5 + (z[1]![0]! + 1) / 0.5, 9);
  expect(measured.sums[2]).toBeCloseTo((z[0]![2]! + 1) / 2 + (z[1]![2]! + 1) / 2, 9);
});

test('cut cells, platelets and cells without probabilities are passed over; models without a table cannot tell', () => {
  const { probabilities: _, ...untyped } = found([1, 0, 0]);
  const odd = [found([1, 0, 0], { isIncomplete: true }), found([0, 0, 1]), untyped];
  expect(measureFamiliarity(odd, { classes, familiar })).toMatchObject({ cells: 0 });
  expect(measureFamiliarity(odd, { classes })).toBeUndefined();
});
