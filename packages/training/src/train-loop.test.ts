import { adamW, type Checkpoint, createTrainer, input, mean, mul, sub } from '@leukoscope/nn';
import { openRuntime } from '@leukoscope/nn/runtime';
import { expect, test } from 'vitest';
import type { Batch, Batches } from './batches.ts';
import { type BestRule, freshProgress, parseProgress, type RunProgress } from './run-progress.ts';
import { type LogLine, runTrainLoop } from './train-loop.ts';

/** Make batches of a function of the step. */
function batchesOfSteps(batchAt: (step: number) => Batch): Batches {
  return async function* (from) {
    for (let step = from; ; step++) yield batchAt(step);
  };
}

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

/** Measures that get better until step 8 and then stay. */
const rule = { measure: 'error', goal: 'lowest', patience: 2 } as const;

interface Run {
  readonly steps: number;
  readonly checkpoint?: Checkpoint;
  readonly stopAfter?: number;
  readonly validateEvery?: number;
  readonly progress?: RunProgress;
  readonly logEvery?: number;
  readonly best?: BestRule;
}

async function run({
  steps,
  checkpoint,
  stopAfter = Number.POSITIVE_INFINITY,
  validateEvery = 4,
  progress = freshProgress,
  logEvery = 2,
  best,
}: Run) {
  const trainer = await newTrainer();
  if (checkpoint !== undefined) await trainer.restore(checkpoint);
  const lines: LogLine[] = [];
  const stop = new AbortController();
  const kept: number[] = [];
  let time = 0;
  let saved: Checkpoint | undefined;
  let savedProgress = progress;
  const end = await runTrainLoop({
    trainer,
    batches: batchesOfSteps((step) => {
      if (step >= stopAfter) stop.abort();
      return batchAt(step);
    }),
    schedule: (step) => 0.1 / (1 + step),
    steps,
    validate: async () => ({ step: trainer.step, error: Math.max(2, 10 - trainer.step) }),
    validateEvery,
    logEvery,
    progress,
    best,
    keepBest: async () => {
      kept.push(trainer.step);
    },
    save: async (_, reached) => {
      savedProgress = reached;
      saved = await trainer.checkpoint();
    },
    saveEverySeconds: 5,
    log: (line) => lines.push(line),
    clock: () => time++,
    signal: stop.signal,
  });
  const weights = Array.from((await trainer.weights()).get('w')!.data as Float32Array);
  return { end, lines, saved: saved!, progress: savedProgress, kept, weights };
}

test('a stopped and resumed run equals an unbroken one bit for bit', async () => {
  const whole = await run({ steps: 9 });
  const first = await run({ steps: 9, stopAfter: 4 });
  expect(first.end).toBe('interrupted');
  expect(first.saved.step).toBeLessThan(9);
  const second = await run({ steps: 9, checkpoint: first.saved, progress: first.progress });
  expect(second.end).toBe('finished');
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
  expect(again.end).toBe('finished');
  expect(again.weights).toEqual(done.weights);
});

test('keeps the best validations, and ends early when nothing gets better', async () => {
  const { end, kept, lines, progress } = await run({ steps: 40, validateEvery: 2, best: rule });
  expect(kept).toEqual([2, 4, 6, 8]);
  expect(end).toBe('early');
  expect(lines.at(-1)!.step).toBe(12);
  expect(progress.best).toEqual({ step: 8, value: 2 });
});

test('patience and the best so far outlive an interruption', async () => {
  const first = await run({ steps: 40, validateEvery: 2, best: rule, stopAfter: 10 });
  expect(first.end).toBe('interrupted');
  const progress = parseProgress(JSON.parse(JSON.stringify(first.progress)));
  const rest = { steps: 40, validateEvery: 2, best: rule, checkpoint: first.saved, progress };
  const second = await run(rest);
  expect(second.end).toBe('early');
  expect(second.lines.at(-1)!.step).toBe(12);
  expect([...first.kept, ...second.kept]).toEqual([2, 4, 6, 8]);
  expect((await run({ ...rest, progress: second.progress })).end).toBe('early');
});

test('a log line that was begun before an interruption averages all of its steps', async () => {
  const losses = (lines: readonly LogLine[]) =>
    lines.filter(({ kind }) => kind === 'steps').map(({ step, values }) => [step, values['loss']]);
  const whole = await run({ steps: 6, logEvery: 6 });
  const first = await run({ steps: 6, logEvery: 6, stopAfter: 3 });
  const { saved: checkpoint, progress } = first;
  const second = await run({ steps: 6, logEvery: 6, checkpoint, progress });
  expect(losses(second.lines)).toEqual(losses(whole.lines));
});

test('a measure that validation does not give is named', async () => {
  const best = { measure: 'AP', goal: 'highest' } as const;
  await expect(run({ steps: 4, best })).rejects.toThrow('must be one of step, error');
});

test('a batch that cannot be made ends the run with its reason, and the steps before it are saved', async () => {
  const trainer = await newTrainer();
  const saves: number[] = [];
  const running = runTrainLoop({
    trainer,
    batches: async function* () {
      yield batchAt(0);
      throw new Error('broken picture');
    },
    schedule: () => 0.1,
    steps: 3,
    save: async ({ step }) => {
      saves.push(step);
    },
    log: () => {},
    clock: () => 0,
  });
  await expect(running).rejects.toThrow('broken picture');
  expect(saves).toEqual([1]);
});

test('a loss that is no number ends the run, and what was saved stays', async () => {
  const trainer = await newTrainer();
  const saves: number[] = [];
  const running = runTrainLoop({
    trainer,
    batches: batchesOfSteps((step) => batchAt(step === 2 ? Number.NaN : step)),
    schedule: () => 0.1,
    steps: 9,
    save: async ({ step }) => {
      saves.push(step);
    },
    log: () => {},
    clock: () => 0,
  });
  await expect(running).rejects.toThrow('loss must stay a finite number. Received NaN at step 3');
  expect(saves).toEqual([]);
});
