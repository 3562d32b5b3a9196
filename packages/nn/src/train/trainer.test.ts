import { createRandom, type TensorData } from '@leukoscope/core';
import { expect, test } from 'vitest';
import '../../test/harness/close-to-tensor.ts';
import {
  buildRegression,
  regressionBatch,
  startWeights,
  withTrainer,
} from '../../test/harness/regression.ts';
import {
  applyClassifier,
  buildClassifier,
  classifierBatch,
} from '../../test/harness/small-classifier.ts';
import { input, type Tensor } from '../graph/tensor.ts';
import { mean } from '../ops/reduction.ts';
import { adamW } from '../optim/adamw.ts';
import { sgd } from '../optim/sgd.ts';
import { normal } from '../params/initialise.ts';
import { openRuntime } from '../runtime/open-runtime-node.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { decodeCheckpoint, encodeCheckpoint } from './checkpoint.ts';
import { buildInferenceModel, createTrainer, initialValues, type Trainer } from './trainer.ts';

type Options = Parameters<typeof withTrainer>[0];

const everything: Options = {
  optimiser: adamW({ weightDecay: 0.1 }),
  clipNorm: 0.5,
  averageDecay: 0.9,
  accumulate: 3,
  build: buildClassifier(),
  seed: 5,
};
const batchesOf = (step: number, count: number) =>
  Array.from({ length: count }, (_, i) => classifierBatch(step * count + i));

async function trainSteps(trainer: Trainer, from: number, to: number, accumulate: number) {
  const losses: number[] = [];
  for (let step = from; step < to; step++) {
    const report = await trainer.train(batchesOf(step, accumulate), 0.05);
    losses.push(report['loss']!);
  }
  return losses;
}

const variants: Record<string, Options> = {
  'AdamW, clipping, averages, three micro-steps': everything,
  'SGD, one batch': { ...everything, optimiser: sgd({ momentum: 0.9 }), accumulate: 1 },
  'a frozen norm folded into its weights': {
    ...everything,
    optimiser: sgd({ momentum: 0.9, weightDecay: 0.01 }),
    accumulate: 2,
    build: buildClassifier('frozen'),
    weights: new Map([
      [
        'stem.bn.running_var',
        { dtype: 'float32', shape: [5], data: Float32Array.of(2, 0.5, 3, 1, 0.1) },
      ],
    ]),
  },
};

for (const [name, options] of Object.entries(variants)) {
  test(`resumes bit for bit from an encoded checkpoint: ${name}`, async () => {
    const accumulate = options.accumulate!;
    const [whole, wholeLosses] = await withTrainer(options, async (trainer) => {
      const losses = await trainSteps(trainer, 0, 6, accumulate);
      return [await trainer.checkpoint(), losses] as const;
    });
    const bytes = await withTrainer(options, async (trainer) => {
      await trainSteps(trainer, 0, 3, accumulate);
      return encodeCheckpoint(await trainer.checkpoint());
    });
    await withTrainer(options, async (trainer) => {
      // Steps made before restoring must leave no trace.
      await trainSteps(trainer, 40, 41, accumulate);
      await trainer.restore(decodeCheckpoint(bytes));
      expect(trainer.step).toBe(3);
      expect(await trainSteps(trainer, 3, 6, accumulate)).toEqual(wholeLosses.slice(3));
      const resumed = await trainer.checkpoint();
      expect([...resumed.state.keys()].sort()).toEqual([...whole.state.keys()].sort());
      for (const [key, value] of whole.state) {
        expect(resumed.state.get(key)!.data, key).toEqual(value.data);
      }
    });
  });
}

test('a rate factor makes the update that this learning rate would make, the longest name first', async () => {
  const changeOf = async (rateFactors: Record<string, number>, rate: number) => {
    const options = { ...everything, optimiser: sgd(), accumulate: 1, rateFactors };
    return withTrainer({ ...options, averageDecay: undefined, clipNorm: undefined }, async (t) => {
      const before = await t.weights();
      await t.train(classifierBatch(0), rate);
      const after = await t.weights();
      return (key: string) =>
        (after.get(key)!.data as Float32Array)[0]! - (before.get(key)!.data as Float32Array)[0]!;
    });
  };
  const plain = await changeOf({}, 0.1);
  const mixed = await changeOf({ stem: 0.5, 'stem.bn.weight': 2 }, 0.1);
  expect(mixed('stem.conv.weight') / plain('stem.conv.weight')).toBeCloseTo(0.5, 3);
  expect(mixed('stem.bn.weight') / plain('stem.bn.weight')).toBeCloseTo(2, 2);
  const options = { ...everything, rateFactors: { nowhere: 2 } };
  await expect(withTrainer(options, async () => 0)).rejects.toThrow('nowhere must lead the name');
  const frozen = { ...everything, frozen: ['stem'], rateFactors: { stem: 2 } };
  expect(await withTrainer(frozen, async () => 0)).toBe(0);
  const zero = { ...everything, rateFactors: { stem: 0 } };
  await expect(withTrainer(zero, async () => 0)).rejects.toThrow('must be above 0');
});

test('carries a run over to other frozen parameters: old state stays, new state begins at 0', async () => {
  const options = { ...everything, accumulate: 1 };
  const checkpoint = await withTrainer({ ...options, frozen: ['stem'] }, async (trainer) => {
    await trainSteps(trainer, 0, 3, 1);
    return decodeCheckpoint(encodeCheckpoint(await trainer.checkpoint()));
  });
  expect(checkpoint.state.has('stem.conv.weight@m')).toBe(false);
  await withTrainer(options, async (trainer) => {
    await expect(trainer.restore(checkpoint)).rejects.toThrow('lacks');
    await trainer.restore(checkpoint, { carryOver: true });
    const { state, step } = await trainer.checkpoint();
    expect(step).toBe(3);
    expect(state.get('fc.weight@m')!.data).toEqual(checkpoint.state.get('fc.weight@m')!.data);
    expect(new Set(state.get('stem.conv.weight@m')!.data as Float32Array)).toEqual(new Set([0]));
    expect(state.get('stem.conv.weight@average')!.data).toEqual(
      checkpoint.state.get('stem.conv.weight')!.data,
    );
  });
});

test('keeps seed, step, optimiser and config in the checkpoint', async () => {
  const config = { model: 'small', classes: ['a', 'b'] };
  await withTrainer({ ...everything, config }, async (trainer) => {
    await trainSteps(trainer, 0, 2, 3);
    const { state: _, ...facts } = decodeCheckpoint(encodeCheckpoint(await trainer.checkpoint()));
    expect(facts).toEqual({
      seed: 5,
      step: 2,
      optimiser: { name: 'adamW', beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.1 },
      config,
    });
  });
});

for (const accumulate of [2, 3, 4]) {
  test(`makes of ${accumulate} batches the update of one large batch`, async () => {
    const options = { optimiser: sgd({ momentum: 0.9 }), clipNorm: 0.3, weights: startWeights };
    const join = (maps: readonly ReturnType<typeof regressionBatch>[], key: string): TensorData => {
      const parts = maps.map((map) => map[key]! as TensorData<'float32'>);
      const data = Float32Array.from(parts.flatMap((part) => [...part.data]));
      return { dtype: 'float32', shape: [6 * accumulate, parts[0]!.shape[1]!], data };
    };
    const batches = (step: number) =>
      Array.from({ length: accumulate }, (_, i) => regressionBatch(step * accumulate + i));
    const large = await withTrainer(
      { ...options, build: (scope) => buildRegression(scope, 6 * accumulate) },
      async (trainer) => {
        const losses: number[] = [];
        for (let step = 0; step < 3; step++) {
          const all = batches(step);
          const report = await trainer.train(
            { x: join(all, 'x'), target: join(all, 'target') },
            0.4,
          );
          losses.push(report['loss']!);
        }
        return { losses, weights: await trainer.weights() };
      },
    );
    await withTrainer({ ...options, accumulate, build: buildRegression }, async (trainer) => {
      for (let step = 0; step < 3; step++) {
        const report = await trainer.train(batches(step), 0.4);
        expect(report['loss']).toBeCloseTo(large.losses[step]!, 6);
      }
      const weights = await trainer.weights();
      for (const [key, value] of large.weights) {
        expect(weights.get(key)).toBeCloseToTensor(value as TensorData<'float32'>);
      }
    });
  });
}

test('trains only what is not frozen, by whole leading names', async () => {
  const frozen = ['stem.conv', 'f'];
  await withTrainer({ ...everything, accumulate: 1, frozen }, async (trainer) => {
    const before = await trainer.weights();
    await trainer.train(classifierBatch(0), 0.1);
    const after = await trainer.weights();
    const changed = [...before].filter(([key, { data }]) => {
      const other = after.get(key)!.data;
      return data.some((value, i) => value !== other[i]);
    });
    // 'f' is no whole name of 'fc'.
    expect(changed.map(([key]) => key).sort()).toEqual([
      'fc.bias',
      'fc.weight',
      'stem.bn.bias',
      'stem.bn.running_mean',
      'stem.bn.running_var',
      'stem.bn.weight',
    ]);
  });
});

test('makes one step after the other even if the caller does not wait', async () => {
  const run = (isWaiting: boolean) =>
    withTrainer({ ...everything, accumulate: 1 }, async (trainer) => {
      const first = trainer.train(classifierBatch(0), 0.05);
      if (isWaiting) await first;
      const second = trainer.train(classifierBatch(1), 0.05);
      return [(await first)['loss'], (await second)['loss'], trainer.step];
    });
  expect(await run(false)).toEqual(await run(true));
});

test('goes on after a step that was refused', async () => {
  await withTrainer({ ...everything, accumulate: 1 }, async (trainer) => {
    await expect(trainer.train({}, 0.05)).rejects.toMatchObject({ code: 'NN_FEED' });
    expect(trainer.step).toBe(0);
    await trainer.train(classifierBatch(0), 0.05);
    expect(trainer.step).toBe(1);
  });
});

test('keeps several trainers of one runtime apart and frees their state', async () => {
  const runtime = openRuntime({ host: 'inline', threads: 1 });
  const written = new Set<string>();
  const spied: Runtime = {
    ...runtime,
    writeState: (values) => {
      for (const key of Object.keys(values)) written.add(key);
      return runtime.writeState(values);
    },
  };
  const make = (seed: number) =>
    createTrainer({ ...everything, accumulate: 1, seed, runtime: spied });
  const [first, second] = [await make(1), await make(2)];
  const before = await second.weights();
  await first.train(classifierBatch(0), 0.5);
  const after = await second.weights();
  for (const [key, { data }] of before) expect(after.get(key)!.data, key).toEqual(data);
  await first.dispose();
  await second.train(classifierBatch(0), 0.5);
  await second.dispose();
  for (const key of written) {
    await expect(runtime.readState([key]), key).rejects.toMatchObject({ code: 'NN_STATE' });
  }
  await runtime.close();
});

test('gives the same first values for the same seed, whatever else is declared', async () => {
  const spec = (key: string) => ({
    key,
    shape: [3],
    initialise: normal(1),
    isTrainable: true,
    decays: false,
    foldedNorm: undefined,
  });
  const values = (seed: number, keys: readonly string[]) =>
    initialValues(keys.map(spec), createRandom(seed), new Map()).get('b')!.data;
  expect(values(3, ['a', 'b'])).toEqual(values(3, ['b', 'c', 'a']));
  expect(values(3, ['b'])).not.toEqual(values(4, ['b']));
});

test('trains down the loss, and the inference model of its weights agrees with itself', async () => {
  await withTrainer({ ...everything, accumulate: 1, build: buildClassifier() }, async (trainer) => {
    const losses: number[] = [];
    for (let step = 0; step < 30; step++) {
      losses.push((await trainer.train(classifierBatch(0), 0.05))['loss']!);
    }
    expect(Math.min(...losses.slice(-5))).toBeLessThan(losses[0]! / 2);
    const weights = await trainer.weights();
    const model = buildInferenceModel(
      (scope) => ({ logits: applyClassifier(scope, input('image', [4, 2, 6, 6])) }),
      weights,
      { name: 'small', metadata: { classes: 'a,b,c' } },
    );
    const runtime = openRuntime({ host: 'inline', threads: 1 });
    const session = await runtime.load(model);
    expect(session.inputs).toEqual(['image']);
    const { image } = classifierBatch(0);
    const [one, two] = [await session.run({ image: image! }), await session.run({ image: image! })];
    // Dropout is the identity at inference.
    expect(one['logits']!.data).toEqual(two['logits']!.data);
    await runtime.close();
  });
});

const messages = async (work: Promise<unknown>) => {
  await expect(work).rejects.toThrowError();
  return await work.catch((error: Error & { code: string }) => `${error.code}: ${error.message}`);
};

test('refuses checkpoints of other runs', async () => {
  await withTrainer({ ...everything, accumulate: 1 }, async (trainer) => {
    const good = await trainer.checkpoint();
    const without = new Map(good.state);
    without.delete('fc.weight@m');
    expect(await messages(trainer.restore({ ...good, seed: 6 }))).toMatchInlineSnapshot(
      `"NN_CHECKPOINT: the checkpoint's seed must be the trainer's (5). Received 6."`,
    );
    expect(
      await messages(trainer.restore({ ...good, optimiser: { name: 'sgd' } })),
    ).toMatchInlineSnapshot(
      `"NN_CHECKPOINT: the checkpoint must be of this model with adamW. Received one with sgd."`,
    );
    expect(await messages(trainer.restore({ ...good, state: without }))).toMatchInlineSnapshot(
      `"NN_CHECKPOINT: the checkpoint must be of this model with adamW. Received one with adamW that lacks fc.weight@m."`,
    );
    const short = new Map(good.state);
    short.set('fc.bias', { dtype: 'float32', shape: [2], data: new Float32Array(2) });
    expect(await messages(trainer.restore({ ...good, state: short }))).toMatchInlineSnapshot(
      `"NN_PARAMETER: fc.bias must be float32[3]. Received float32[2]."`,
    );
    const shortState = new Map(good.state);
    shortState.set('fc.bias@v', { dtype: 'float32', shape: [2], data: new Float32Array(2) });
    expect(await messages(trainer.restore({ ...good, state: shortState }))).toMatchInlineSnapshot(
      `"NN_CHECKPOINT: the checkpoint's fc.bias@v must hold 3 numbers. Received 2."`,
    );
    await trainer.restore(good);
  });
});

test('refuses feeds that do not fit, naming them', async () => {
  await withTrainer({ ...everything, accumulate: 1 }, async (trainer) => {
    const { image, labels } = classifierBatch(0);
    expect(await messages(trainer.train({ image: image! }, 0.1))).toMatchInlineSnapshot(
      `"NN_FEED: feeds must be exactly labels, image, dropout.noise, learning_rate, step. Received image, learning_rate, step, dropout.noise; missing: labels."`,
    );
    expect(
      await messages(trainer.train({ image: image!, labels: labels!, colour: image! }, 0.1)),
    ).toMatchInlineSnapshot(
      `"NN_FEED: feeds must be exactly labels, image, dropout.noise, learning_rate, step. Received image, labels, colour, learning_rate, step, dropout.noise."`,
    );
    const short = { ...image!, data: new Float32Array(3) } as TensorData;
    expect(
      await messages(trainer.train({ image: short, labels: labels! }, 0.1)),
    ).toMatchInlineSnapshot(
      `"NN_FEED: image must hold 288 elements for shape [4, 2, 6, 6]. Received 3."`,
    );
    expect(await messages(trainer.train([], 0.1))).toMatchInlineSnapshot(
      `"NN_FEED: train must get 1 batch(es), as accumulate says. Received 0."`,
    );
  });
  await withTrainer({ optimiser: sgd(), build: buildRegression }, async (trainer) => {
    expect(await messages(trainer.weights('averaged'))).toMatchInlineSnapshot(
      `"NN_OPTION: averaged weights need the option averageDecay. Received none."`,
    );
  });
});

test('refuses losses that cannot be trained', async () => {
  const failure = (build: Options['build'], options: Partial<Options> = {}) =>
    messages(withTrainer({ optimiser: sgd(), ...options, build }, async () => {}));
  const constantLoss = (x: Tensor) => ({ loss: mean(x) });
  expect(await failure(() => constantLoss(input('x', [2])))).toMatchInlineSnapshot(
    `"NN_LOSS: the loss must depend on a trained parameter. Received a loss that depends on none. Is everything frozen?"`,
  );
  expect(await failure(buildRegression, { frozen: ['fc'] })).toMatchInlineSnapshot(
    `"NN_LOSS: the loss must depend on a trained parameter. Received a loss that depends on none. Is everything frozen?"`,
  );
  expect(await failure(buildRegression, { accumulate: 0 })).toMatchInlineSnapshot(
    `"NN_OPTION: accumulate must be a whole number of at least 1. Received 0."`,
  );
  const wrong = new Map([['fc.weight', startWeights.get('fc.bias')!]]);
  expect(await failure(buildRegression, { weights: wrong })).toMatchInlineSnapshot(
    `"NN_PARAMETER: fc.weight must be float32[3, 5]. Received float32[3]."`,
  );
});

test('refuses to build an inference model without its weights', () => {
  expect(() =>
    buildInferenceModel(
      (scope) => ({ logits: applyClassifier(scope, input('image', [4, 2, 6, 6])) }),
      new Map(),
    ),
  ).toThrowErrorMatchingInlineSnapshot(
    `[LeukoscopeError: weights must hold every parameter of the model. Received none for stem.bn.weight, stem.bn.bias, stem.bn.running_mean, stem.bn.running_var, stem.conv.weight and 2 more.]`,
  );
});
