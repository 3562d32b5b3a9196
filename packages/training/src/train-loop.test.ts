import { adamW, type Checkpoint, createTrainer, input, mean, mul, sub } from '@leukoscope/nn';
import { openRuntime } from '@leukoscope/nn/runtime';
import { expect, test } from 'vitest';
import { type LogLine, runTrainLoop } from './train-loop.ts';

/** A trainer of three numbers towards the batch's. */
async function newTrainer() {
  return createTrainer({
    runtime: openRuntime({ host: 'inline', threads: 1 }),
    seed: 1,
    optimiser: adamW(),
    build: (scope) => {
      const w = scope.parameter('w', [3], { initialise: (s) => new Float32Array(s[0]!).fill(1) });
      const off = sub(w, input('target', [3]));
      return { loss: mean(mul(off, off)) };
    },
  });
}

const batchAt = (step: number) => ({
  target: { dtype: 'float32' as const, shape: [3], data: Float32Array.of(step, -step, step % 3) },
});

interface Run {
  readonly steps: number;
  readonly checkpoint?: Checkpoint;
  readonly stopAfter?: number;
  readonly validateEvery?: number;
}

async function run({
  steps,
  checkpoint,
  stopAfter = Number.POSITIVE_INFINITY,
  validateEvery = 4,
}: Run) {
  const trainer = await newTrainer();
  if (checkpoint !== undefined) await trainer.restore(checkpoint);
  const lines: LogLine[] = [];
  const stop = new AbortController();
  let time = 0;
  let saved: Checkpoint | undefined;
  const isDone = await runTrainLoop({
    trainer,
    batchAt: (step) => {
      if (step >= stopAfter) stop.abort();
      return batchAt(step);
    },
    schedule: (step) => 0.1 / (1 + step),
    steps,
    validate: async () => ({ step: trainer.step }),
    validateEvery,
    logEvery: 2,
    save: async () => {
      saved = await trainer.checkpoint();
    },
    saveEverySeconds: 5,
    log: (line) => lines.push(line),
    clock: () => time++,
    signal: stop.signal,
  });
  const weights = Array.from((await trainer.weights()).get('w')!.data as Float32Array);
  return { isDone, lines, saved: saved!, weights };
}

test('a stopped and resumed run equals an unbroken one bit for bit', async () => {
  const whole = await run({ steps: 9 });
  const first = await run({ steps: 9, stopAfter: 4 });
  expect(first.isDone).toBe(false);
  expect(first.saved.step).toBeLessThan(9);
  const second = await run({ steps: 9, checkpoint: first.saved });
  expect(second.isDone).toBe(true);
  expect(second.weights).toEqual(whole.weights);
});

test('the log has averages, validations, checkpoints and the end', async () => {
  const { lines } = await run({ steps: 9 });
  const of = (kind: LogLine['kind']) => lines.filter((line) => line.kind === kind);
  expect(of('start')).toHaveLength(1);
  expect(of('steps').map(({ step }) => step)).toEqual([2, 4, 6, 8]);
  expect(of('steps')[0]!.values['loss']).toBeGreaterThan(0);
  expect(of('steps')[0]!.values['learningRate']).toBeCloseTo(0.1 / 2);
  expect(of('validation').map(({ values }) => values['step'])).toEqual([4, 8, 9]);
  expect(of('checkpoint').length).toBeGreaterThan(1);
  expect(lines.at(-1)!.kind).toBe('end');
});

test('a finished run is not continued', async () => {
  const done = await run({ steps: 3 });
  const again = await run({ steps: 3, checkpoint: done.saved });
  expect(again.isDone).toBe(true);
  expect(again.weights).toEqual(done.weights);
});
