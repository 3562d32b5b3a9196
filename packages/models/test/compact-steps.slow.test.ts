/**
 * Steps as the scripts made them that trained the compact model at first, by `fixtures/compact/record-steps.ts` of
 * commit 6492c89, which needs what stood there then.
 *
 * On the processor that recorded them all steps are equal to 1e-5. Another one rounds sums otherwise, and a difference in the last bit
 * grows tenfold in eight steps of the small locator from its fiftieth on: from there the course must be the same, not each step.
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

const exactSteps = 48;
const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

test.each(Object.entries(compactStepCases))(
  '%s trains as before it was a family',
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
    const before = recorded[name]!;
    const losses: number[] = [];
    for (let step = 0; step < steps; step++) {
      const batch = model.collate(drawStepSamples(one, step), plan);
      const { loss } = await trainer.train(batch, schedule(step));
      losses.push(loss!);
    }
    await trainer.dispose();
    const apart = (from: number, to: number) => {
      const [ours, theirs] = [losses, before].map((all) => mean(all.slice(from, to)));
      return Math.abs(ours! - theirs!) / theirs!;
    };
    const firstSteps = losses.slice(0, exactSteps).map((_, step) => apart(step, step + 1));
    expect(Math.max(...firstSteps)).toBeLessThan(1e-5);
    if (steps > exactSteps) expect(apart(exactSteps, steps)).toBeLessThan(0.01);
  },
  120_000,
);
