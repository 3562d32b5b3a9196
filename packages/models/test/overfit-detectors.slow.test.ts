import type { Sample } from '@leukoscope/core';
import { type ConfiguredModel, modelFamilies } from '@leukoscope/models';
import { adamW, buildInferenceModel, createTrainer } from '@leukoscope/nn';
import { openRuntime, type Runtime } from '@leukoscope/nn/runtime';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { drawSamples } from './draw-samples.ts';

let runtime: Runtime;
beforeAll(() => {
  runtime = openRuntime({ host: 'inline' });
});
afterAll(() => runtime.close());

const steps = 400;
/**
 * Below this a detection counts as none. Places that are neither a cell's nor background while training
 * (RetinaNet's overlaps of .4 to .5, FSAF's belt) may well say .3 to .5; learned cells say .9.
 */
const sureFrom = 0.5;

interface Found {
  readonly box: readonly number[];
  readonly score: number;
  readonly classIndex: number;
}

/** Train on all pictures at once, then look at each through the exported network. */
async function overfit(model: ConfiguredModel, samples: readonly Sample[]): Promise<Found[][]> {
  const { size } = model.input;
  const plan = { count: samples.length, size, mostCells: 4 };
  const trainer = await createTrainer({
    runtime,
    seed: 5,
    optimiser: adamW({ weightDecay: 0 }),
    frozen: model.frozen,
    build: (scope) => model.training(scope, plan),
  });
  const batch = model.collate(samples, plan);
  for (let i = 0; i < steps; i++) {
    // Down to a tenth, so that batch statistics and running ones agree at the end.
    await trainer.train(batch, i < steps * 0.7 ? 0.003 : 0.0003);
  }
  const weights = await trainer.weights();
  await trainer.dispose();
  const session = await runtime.load(buildInferenceModel((at) => model.inference(at), weights));
  const found: Found[][] = [];
  for (const sample of samples) {
    const image = model.collate([sample], { ...plan, count: 1 })['image']!;
    const { boxes, scores, class_index } = await session.run({ image });
    const rows = Array.from(scores!.data as Float32Array, (score, i) => ({
      score,
      classIndex: Number(class_index!.data[i]),
      box: Array.from(boxes!.data.slice(4 * i, 4 * i + 4) as Float32Array),
    }));
    found.push(rows.filter(({ score }) => score >= sureFrom));
  }
  await session.dispose();
  return found;
}

function iou(a: readonly number[], b: readonly number[]): number {
  const w = Math.max(0, Math.min(a[2]!, b[2]!) - Math.max(a[0]!, b[0]!));
  const h = Math.max(0, Math.min(a[3]!, b[3]!) - Math.max(a[1]!, b[1]!));
  const area = (c: readonly number[]) => (c[2]! - c[0]!) * (c[3]! - c[1]!);
  return (w * h) / (area(a) + area(b) - w * h);
}

const detectors = modelFamilies.filter(({ task }) => task === 'boxes');

test.each(detectors.map((family) => [family.name, family] as const))(
  '%s finds the cells of eight pictures that it learned, and nothing else',
  async (_, family) => {
    const model = family.configure({ preset: 'tiny' });
    const samples = drawSamples(model.classes, model.input.size, { count: 8, cells: 2 });
    const found = await overfit(model, samples);
    let [hits, wrong, cells] = [0, 0, 0];
    samples.forEach(({ annotations }, n) => {
      const left = [...found[n]!];
      for (const { box, cellClass } of annotations) {
        cells += 1;
        const { x1, y1, x2, y2 } = box!;
        const at = left.findIndex(
          (one) =>
            model.classes[one.classIndex] === cellClass && iou(one.box, [x1, y1, x2, y2]) > 0.7,
        );
        if (at === -1) continue;
        hits += 1;
        left.splice(at, 1);
      }
      wrong += left.length;
    });
    expect({ hits, cells, wrong }).toEqual({ hits: cells, cells: 16, wrong: 0 });
  },
);
