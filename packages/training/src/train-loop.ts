/**
 * @file The training loop: steps, learning rates, validation, the best weights, checkpoints and the log.
 *
 * It knows neither models nor data: a trainer makes steps, `batches(from)` gives what they learn from.
 * Everything follows from the step's number and from `RunProgress`, which is saved with the weights, so a
 * run continued from a checkpoint equals an unbroken one.
 */
import { LeukoscopeError } from '@leukoscope/core';
import type { Schedule, StepReport, Trainer } from '@leukoscope/nn';
import type { Batches } from './batches.ts';
import { type BestRule, freshProgress, judge, type RunProgress } from './run-progress.ts';

/** One line of the run log. */
export interface LogLine {
  readonly kind: 'start' | 'steps' | 'validation' | 'checkpoint' | 'end';
  readonly step: number;
  /** Seconds since the loop began. */
  readonly seconds: number;
  readonly values: Readonly<Record<string, number>>;
}

/** Why the loop ended. */
export type LoopEnd = 'finished' | 'early' | 'interrupted';

/** What the loop is made of. */
export interface TrainLoopOptions {
  readonly trainer: Trainer;
  /** The batches of step `from`, `from + 1`, ...: one a step, or as many as the trainer accumulates. */
  readonly batches: Batches;
  readonly schedule: Schedule;
  /** The step at which the loop ends. */
  readonly steps: number;
  /** Measure the model; its numbers go to the log. May throw when the signal is aborted. */
  readonly validate?: (() => Promise<Readonly<Record<string, number>>>) | undefined;
  /** Steps between validations. @default 500 */
  readonly validateEvery?: number;
  /** Which validation is the best, and when to give up. @default none is, never */
  readonly best?: BestRule | undefined;
  /** Keep what was measured just now, which is the best so far. */
  readonly keepBest?: ((values: Readonly<Record<string, number>>) => Promise<void>) | undefined;
  /** Where a continued run stands beside its weights. @default at the beginning */
  readonly progress?: RunProgress | undefined;
  /** Steps that one log line averages. @default 20 */
  readonly logEvery?: number;
  /** Save the run. */
  readonly save: (trainer: Trainer, progress: RunProgress) => Promise<void>;
  /** Seconds between saves. @default 180 */
  readonly saveEverySeconds?: number;
  readonly log: (line: LogLine) => void;
  /** Hear of each step. */
  readonly onStep?: ((step: number, report: StepReport) => void) | undefined;
  /** Seconds of any clock that only goes forward. */
  readonly clock: () => number;
  /** Ends the loop after the step at hand; the run is saved. */
  readonly signal?: AbortSignal | undefined;
}

/** Train until the last step, the signal, or until nothing gets better. */
export async function runTrainLoop(options: TrainLoopOptions): Promise<LoopEnd> {
  const { trainer, schedule, steps, validate, best, keepBest, save, log, clock } = options;
  const { validateEvery = 500, logEvery = 20, saveEverySeconds = 180, onStep, signal } = options;
  const began = clock();
  const round = (value: number) => Math.round(value * 1000) / 1000;
  const write = (kind: LogLine['kind'], values: Readonly<Record<string, number>>) =>
    log({ kind, step: trainer.step, seconds: round(clock() - began), values });
  let progress = options.progress ?? freshProgress;
  let savedAt = began;
  const keep = async () => {
    await save(trainer, progress);
    savedAt = clock();
    write('checkpoint', {});
  };
  const isDue = () =>
    validate !== undefined &&
    progress.validatedAt !== trainer.step &&
    trainer.step > 0 &&
    (trainer.step % validateEvery === 0 || trainer.step === steps);
  const measure = async () => {
    const values = await validate!();
    const verdict = judge(progress, trainer.step, values, best);
    // Kept before it is noted: a run killed in between measures and keeps the same again.
    if (verdict.isBest) await keepBest?.(values);
    progress = verdict.progress;
    write('validation', values);
  };
  const isInterrupted = () => signal?.aborted === true;

  write('start', { steps });
  try {
    if (isDue() && !isInterrupted()) await measure();
    const batches = options.batches(trainer.step)[Symbol.asyncIterator]();
    try {
      let next = trainer.step < steps ? batches.next() : undefined;
      // Its fault is told when its turn comes; until then it must not count as unhandled.
      next?.catch(() => {});
      while (next !== undefined && !progress.isOver && !isInterrupted()) {
        const asked = clock();
        const batch = await untilAborted(next, signal);
        if (batch === undefined || batch.done === true) break;
        const waited = clock() - asked;
        const learningRate = schedule(trainer.step);
        const isLast = trainer.step + 1 >= steps;
        const running = trainer.train(batch.value, learningRate);
        // The next batch is made while the runtime's own process works on this one.
        next = isLast ? undefined : batches.next();
        next?.catch(() => {});
        const report = await running;
        checkLoss(report, trainer.step, learningRate);
        const pending = [
          ...progress.pending,
          { ...report, stepSeconds: clock() - asked, waitSeconds: waited },
        ];
        progress = { ...progress, pending };
        onStep?.(trainer.step, report);
        if (trainer.step % logEvery === 0) {
          write('steps', { ...averages(pending), learningRate });
          progress = { ...progress, pending: [] };
        }
        if (isDue()) await measure();
        if (clock() - savedAt > saveEverySeconds) await keep();
      }
    } finally {
      await batches.return?.();
    }
  } catch (error) {
    // Whatever is at hand when somebody interrupts may end by throwing; the last step is whole.
    if (!isInterrupted()) {
      // Weights that are spoilt must not take the place of good ones; the steps before anything else count.
      const isSpoilt = error instanceof LeukoscopeError && error.code === 'TRAIN_LOSS';
      if (!isSpoilt) await keep().catch(() => undefined);
      throw error;
    }
  }
  await keep();
  write('end', {});
  if (progress.isOver) return 'early';
  return trainer.step >= steps && !isDue() ? 'finished' : 'interrupted';
}

/** Wait for a batch; undefined as soon as the signal is aborted. */
async function untilAborted<T>(
  promise: Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T | undefined> {
  if (signal === undefined) return promise;
  if (signal.aborted) return undefined;
  let onAbort = () => {};
  const aborted = new Promise<undefined>((resolve) => {
    onAbort = () => resolve(undefined);
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

function checkLoss({ loss = Number.NaN }: StepReport, step: number, learningRate: number): void {
  if (Number.isFinite(loss)) return;
  throw new LeukoscopeError(
    'TRAIN_LOSS',
    `loss must stay a finite number. Received ${loss} at step ${step}, learning rate ${learningRate}. The last save is kept. Begin anew with a lower learning rate, a longer warm-up or clipNorm.`,
  );
}

function averages(reports: readonly StepReport[]): Record<string, number> {
  const names = Object.keys(reports[0] ?? {});
  return Object.fromEntries(
    names.map((name) => [
      name,
      reports.reduce((sum, report) => sum + report[name]!, 0) / reports.length,
    ]),
  );
}
