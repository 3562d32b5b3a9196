import {
  adamW,
  constantRate,
  cosine,
  multiStep,
  type Optimiser,
  type Schedule,
  sgd,
  warmUp,
} from '@leukoscope/nn';
import { expect, test } from 'vitest';
import './harness/close-to-tensor.ts';
import { parseReference } from './harness/reference.ts';
import {
  buildRegression,
  regressionBatch,
  startWeights,
  withTrainer,
} from './harness/regression.ts';

interface Recorded {
  readonly steps: readonly number[];
  readonly losses: readonly number[];
  readonly weights: readonly (readonly number[])[];
  readonly biases: readonly (readonly number[])[];
  readonly norms?: readonly number[];
  readonly averages?: readonly (readonly [readonly number[], readonly number[]])[];
}

const { rates, ...recorded } = parseReference<
  Record<string, Recorded> & { readonly rates: Record<string, readonly number[]> }
>('optimisers');

interface Row {
  readonly optimiser: Optimiser;
  readonly schedule: Schedule;
  readonly clipNorm?: number;
  readonly averageDecay?: number;
}

const rows: Record<string, Row> = {
  sgd: { optimiser: sgd(), schedule: constantRate(0.5) },
  'sgd, momentum': { optimiser: sgd({ momentum: 0.9 }), schedule: constantRate(0.2) },
  'sgd, nesterov': {
    optimiser: sgd({ momentum: 0.8, nesterov: true }),
    schedule: constantRate(0.2),
  },
  'sgd, momentum, decay': {
    optimiser: sgd({ momentum: 0.9, weightDecay: 0.1 }),
    schedule: constantRate(0.2),
  },
  'sgd, nesterov, decay, schedule': {
    optimiser: sgd({ momentum: 0.9, nesterov: true, weightDecay: 0.05 }),
    schedule: multiStep(0.5, [3, 7]),
  },
  adamW: { optimiser: adamW(), schedule: constantRate(0.05) },
  'adamW, other settings': {
    optimiser: adamW({ beta1: 0.5, beta2: 0.9, epsilon: 0.001, weightDecay: 0.2 }),
    schedule: constantRate(0.1),
  },
  'adamW, no decay': { optimiser: adamW({ weightDecay: 0 }), schedule: constantRate(0.05) },
  'sgd, clipped': {
    optimiser: sgd({ momentum: 0.5 }),
    schedule: constantRate(0.5),
    clipNorm: 0.2,
  },
  'adamW, clipped loosely': { optimiser: adamW(), schedule: constantRate(0.05), clipNorm: 5 },
  'sgd, averaged': { optimiser: sgd(), schedule: constantRate(0.5), averageDecay: 0.9 },
};

const tolerance = { rtol: 1e-4, atol: 1e-5 };
const vector = (data: readonly number[]) => ({ shape: [data.length], data });

test('compares every recorded optimiser', () => {
  expect(Object.keys(rows).sort()).toEqual(Object.keys(recorded).sort());
});

for (const [name, row] of Object.entries(rows)) {
  test(`${name}: weights after 10 steps are PyTorch's`, async () => {
    const { schedule, ...options } = row;
    const expected = recorded[name]!;
    await withTrainer(
      { ...options, build: buildRegression, weights: startWeights },
      async (trainer) => {
        let at = 0;
        for (let step = 0; step < 10; step++) {
          const report = await trainer.train(regressionBatch(step), schedule(step));
          if (!expected.steps.includes(step + 1)) continue;
          expect(report['loss'], `loss of step ${step + 1}`).toBeCloseTo(expected.losses[at]!, 4);
          const weights = await trainer.weights();
          expect(weights.get('fc.weight')).toBeCloseToTensor(
            { shape: [3, 5], data: expected.weights[at]! },
            tolerance,
          );
          expect(weights.get('fc.bias')).toBeCloseToTensor(vector(expected.biases[at]!), tolerance);
          if (expected.norms !== undefined) {
            expect(report['gradient_norm']).toBeCloseTo(expected.norms[at]!, 4);
          }
          if (expected.averages !== undefined) {
            const averaged = await trainer.weights('averaged');
            const [weight, bias] = expected.averages[at]!;
            expect(averaged.get('fc.weight')).toBeCloseToTensor(
              { shape: [3, 5], data: weight },
              tolerance,
            );
            expect(averaged.get('fc.bias')).toBeCloseToTensor(vector(bias), tolerance);
          }
          at += 1;
        }
      },
    );
  });
}

const schedules: Record<string, Schedule> = {
  multiStep: multiStep(0.1, [3, 7], 0.1),
  cosine: cosine(0.1, 11, 0.01),
  warmUp: warmUp(constantRate(0.1), 5),
};

for (const [name, schedule] of Object.entries(schedules)) {
  test(`${name}: learning rates are PyTorch's`, () => {
    const found = rates[name]!.map((_, step) => schedule(step));
    expect(vector(found)).toBeCloseToTensor(vector(rates[name]!), { rtol: 1e-9, atol: 1e-12 });
  });
}
