/**
 * Steps as the scripts made them that trained the compact model at first, by `fixtures/compact/record-steps.ts` of
 * commit 6492c89, which needs what stood there then.
 */
import { readFileSync } from 'node:fs';
import { familyOf } from '@leukoscope/models';
import { adamW, cosine, createTrainer, warmUp } from '@leukoscope/nn';
import { openRuntime, type Runtime } from '@leukoscope/nn/runtime';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compactStepCases, drawStepSamples } from './compact-steps.ts';

let runtime: Runtime;
beforeAll(() => {
  runtime = openRuntime({ host: 'inline', threads: 1 });
});
afterAll(() => runtime.close());

const recorded: Readonly<Record<string, readonly number[]>> = JSON.parse(
  readFileSync(new URL('../../../fixtures/compact/steps.json', import.meta.url), 'utf8'),
);

test.each(Object.entries(compactStepCases))(
  '%s trains as before it was a family, to 1e-5',
  async (name, one) => {
    const { part, config, side, count, steps, rule } = one;
    const size = { width: side, height: side };
    const model = familyOf(`compact-${part}`).configure({ config: { ...config, size } });
    const plan = { count, size, mostCells: 4 };
    const { learningRate, weightDecay, clipNorm, averageDecay } = rule;
    const trainer = await createTrainer({
      runtime,
      seed: 52,
      optimiser: adamW({ weightDecay }),
      clipNorm,
      averageDecay,
      build: (scope) => model.training(scope, plan),
    });
    const schedule = warmUp(cosine(learningRate, steps, learningRate / 100), rule.warmUp);
    const apart: number[] = [];
    for (let step = 0; step < steps; step++) {
      const batch = model.collate(drawStepSamples(one, step), plan);
      const { loss } = await trainer.train(batch, schedule(step));
      const before = recorded[name]![step]!;
      apart.push(Math.abs(loss! - before) / before);
    }
    await trainer.dispose();
    expect(Math.max(...apart)).toBeLessThan(1e-5);
  },
  120_000,
);
