import type { TensorData } from '@leukoscope/core';
import {
  adamW,
  add,
  batchNormLayer,
  buildInferenceModel,
  convLayer,
  convNormLayer,
  convTransposeLayer,
  createScope,
  flatten,
  globalAveragePool,
  groupNormLayer,
  input,
  type LossAndMetrics,
  linearLayer,
  mean,
  mul,
  relu,
  type Scope,
  sgd,
  sliceAxis,
  sum,
  type TrainerOptions,
} from '@leukoscope/nn';
import { openRuntime } from '@leukoscope/nn/runtime';
import { expect, test } from 'vitest';
import './harness/close-to-tensor.ts';
import { parseReference } from './harness/reference.ts';
import { stream, withTrainer } from './harness/regression.ts';

type State = Readonly<Record<string, readonly number[]>>;
interface Trained {
  readonly losses: readonly number[];
  readonly state: State;
  readonly evaluated?: readonly number[];
}

const recorded = parseReference<{
  readonly batch: Trained;
  readonly 'batch, other settings': Trained;
  readonly 'frozen, sgd': Trained;
  readonly 'frozen, adamW': Trained;
  readonly 'frozen, clipped': {
    readonly norms: readonly number[];
    readonly weight: readonly number[];
  };
  readonly shared: State;
  readonly keys: Readonly<Record<string, readonly number[]>>;
}>('norms');

const tolerance = { rtol: 1e-4, atol: 1e-5 };
const shapes: Readonly<Record<string, readonly number[]>> = {
  'bn.bias': [4],
  'bn.running_mean': [4],
  'bn.running_var': [4],
  'bn.weight': [4],
  'conv.weight': [4, 3, 3, 3],
};

/** As `fill` of norms.py; a network that counts its batches has one more name before running_mean. */
function startWeights(countsBatches: boolean): Map<string, TensorData> {
  const keys = [
    ...Object.keys(shapes),
    ...(countsBatches ? ['bn.num_batches_tracked'] : []),
  ].sort();
  return new Map(
    Object.entries(shapes).map(([key, shape]) => {
      const isPositive = key === 'bn.running_var' || key === 'bn.weight';
      const [low, high] = isPositive ? [0.5, 1.5] : [-0.5, 0.5];
      return [key, stream(300 + keys.indexOf(key), shape, low, high)];
    }),
  );
}

const batchOf = (step: number) => ({
  x: stream(400 + step, [3, 3, 5, 4]),
  weights: stream(500 + step, [3, 4, 5, 4]),
});

const buildWith =
  (options: Partial<Parameters<typeof convNormLayer>[2]>) =>
  (scope: Scope): LossAndMetrics => {
    const y = convNormLayer(scope, input('x', [3, 3, 5, 4]), { channels: 4, ...options });
    return { loss: mean(mul(relu(y), input('weights', [3, 4, 5, 4]))) };
  };

async function expectTraining(
  expected: Trained,
  options: Omit<TrainerOptions, 'runtime' | 'seed'>,
  learningRate: number,
): Promise<ReadonlyMap<string, TensorData>> {
  return await withTrainer(options, async (trainer) => {
    for (const [step, loss] of expected.losses.entries()) {
      const report = await trainer.train(batchOf(step), learningRate);
      expect(report['loss'], `loss of step ${step}`).toBeCloseTo(loss, 5);
    }
    const weights = await trainer.weights();
    for (const [key, shape] of Object.entries(shapes)) {
      expect(weights.get(key), key).toBeCloseToTensor(
        { shape, data: expected.state[key]! },
        tolerance,
      );
    }
    return weights;
  });
}

test('trains a batch norm and keeps running statistics as PyTorch', async () => {
  const weights = await expectTraining(
    recorded.batch,
    {
      optimiser: sgd({ momentum: 0.9, weightDecay: 0.05 }),
      build: buildWith({}),
      weights: startWeights(true),
    },
    0.3,
  );
  // What was trained with batch statistics is run with the running ones.
  const model = buildInferenceModel(
    (scope) => ({ y: convNormLayer(scope, input('x', [1, 3, 5, 4]), { channels: 4 }) }),
    weights,
  );
  const runtime = openRuntime({ host: 'inline', threads: 1 });
  const session = await runtime.load(model);
  const { y } = await session.run({ x: stream(700, [1, 3, 5, 4]) });
  await runtime.close();
  expect(y).toBeCloseToTensor({ shape: [1, 4, 5, 4], data: recorded.batch.evaluated! }, tolerance);
});

test('uses the momentum and epsilon that are given', async () => {
  await expectTraining(
    recorded['batch, other settings'],
    {
      optimiser: sgd(),
      build: buildWith({ epsilon: 0.01, momentum: 0.3 }),
      weights: startWeights(true),
    },
    0.3,
  );
});

test('trains folded weights under a frozen norm as PyTorch trains them unfolded, by SGD', async () => {
  await expectTraining(
    recorded['frozen, sgd'],
    {
      optimiser: sgd({ momentum: 0.9, weightDecay: 0.05 }),
      build: buildWith({ norm: 'frozen' }),
      weights: startWeights(false),
    },
    0.5,
  );
});

test('trains folded weights under a frozen norm as PyTorch trains them unfolded, by AdamW', async () => {
  await expectTraining(
    recorded['frozen, adamW'],
    {
      optimiser: adamW({ weightDecay: 0.1 }),
      build: buildWith({ norm: 'frozen' }),
      weights: startWeights(false),
    },
    0.05,
  );
});

test('clips by the norm of the unfolded gradients', async () => {
  const { norms, weight } = recorded['frozen, clipped'];
  await withTrainer(
    {
      optimiser: sgd(),
      clipNorm: 0.02,
      build: buildWith({ norm: 'frozen' }),
      weights: startWeights(false),
    },
    async (trainer) => {
      for (const [step, norm] of norms.entries()) {
        const report = await trainer.train(batchOf(step), 0.5);
        expect(report['gradient_norm']! / norm).toBeCloseTo(1, 3);
      }
      const weights = await trainer.weights();
      expect(weights.get('conv.weight')).toBeCloseToTensor(
        { shape: [4, 3, 3, 3], data: weight },
        tolerance,
      );
    },
  );
});

test('moves the running statistics once per use where a norm is shared', async () => {
  const start = new Map<string, TensorData>([
    ['bn.bias', stream(300, [2], -0.5, 0.5)],
    ['bn.running_mean', stream(302, [2], -0.5, 0.5)],
    ['bn.running_var', stream(303, [2], 0.5, 1.5)],
    ['bn.weight', stream(304, [2], 0.5, 1.5)],
  ]);
  const build = (scope: Scope): LossAndMetrics => {
    const x = input('x', [2, 4, 3, 3]);
    const [a, b] = [sliceAxis(x, 1, 0, 2), sliceAxis(x, 1, 2, 4)];
    const norm = scope.at('bn');
    return { loss: sum(add(batchNormLayer(norm, a), batchNormLayer(norm, b))) };
  };
  await withTrainer({ optimiser: sgd(), build, weights: start }, async (trainer) => {
    await trainer.train({ x: stream(600, [2, 4, 3, 3]) }, 0);
    const weights = await trainer.weights();
    for (const [key, data] of Object.entries(recorded.shared)) {
      expect(weights.get(key), key).toBeCloseToTensor({ shape: [2], data }, tolerance);
    }
  });
});

test('names parameters and buffers as PyTorch modules do', () => {
  const scope = createScope({ mode: 'train' });
  let x = convLayer(scope.at('conv'), input('x', [1, 3, 8, 8]), { channels: 8 });
  x = convLayer(scope.at('plain'), x, { channels: 8, kernel: [1, 5], groups: 4, bias: false });
  x = convTransposeLayer(scope.at('up'), x, { channels: 6, kernel: 2, stride: 2 });
  x = groupNormLayer(scope.at('gn'), batchNormLayer(scope.at('bn'), x), 3);
  x = linearLayer(scope.at('fc'), flatten(globalAveragePool(x)), 4);
  linearLayer(scope.at('out'), x, 2, { bias: false });
  const found = [...scope.declared.parameters.values()].map(({ key, shape }) => [key, shape]);
  expect(Object.fromEntries(found)).toEqual(recorded.keys);
});
