/**
 * @file The training loop: steps, learning rates, validation, checkpoints and the run log.
 *
 * It knows neither models nor data: a trainer makes steps, `batchAt(step)` makes batches. Everything
 * follows from the step's number, so a run continued from a checkpoint equals an unbroken one.
 */
import type { TensorData } from '@leukoscope/core';
import type { Schedule, StepReport, Trainer } from '@leukoscope/nn';

/** One line of the run log. */
export interface LogLine {
  readonly kind: 'start' | 'steps' | 'validation' | 'checkpoint' | 'end';
  readonly step: number;
  /** Seconds since the loop began. */
  readonly seconds: number;
  readonly values: Readonly<Record<string, number>>;
}

/** What the loop is made of. */
export interface TrainLoopOptions {
  readonly trainer: Trainer;
  readonly batchAt: (step: number) => Readonly<Record<string, TensorData>>;
  readonly schedule: Schedule;
  /** Updates in the whole run. */
  readonly steps: number;
  /** Measure the model; its numbers go to the log. */
  readonly validate?: (() => Promise<Readonly<Record<string, number>>>) | undefined;
  /** Steps between validations. @default 500 */
  readonly validateEvery?: number;
  /** Steps that one log line averages. @default 20 */
  readonly logEvery?: number;
  /** Save the run. */
  readonly save: (trainer: Trainer) => Promise<void>;
  /** Seconds between saves. @default 180 */
  readonly saveEverySeconds?: number;
  readonly log: (line: LogLine) => void;
  /** Seconds of any clock that only goes forward. */
  readonly clock: () => number;
  /** Ends the loop after the step at hand; the run is saved. */
  readonly signal?: AbortSignal;
}

/** Train until the last step or the signal; returns whether the last step was reached. */
export async function runTrainLoop(options: TrainLoopOptions): Promise<boolean> {
  const { trainer, batchAt, schedule, steps, validate, save, log, clock, signal } = options;
  const { validateEvery = 500, logEvery = 20, saveEverySeconds = 180 } = options;
  const began = clock();
  let savedAt = began;
  const write = (kind: LogLine['kind'], values: Readonly<Record<string, number>>) =>
    log({ kind, step: trainer.step, seconds: Math.round((clock() - began) * 10) / 10, values });
  const keep = async () => {
    await save(trainer);
    savedAt = clock();
    write('checkpoint', {});
  };
  write('start', { steps });
  let reports: StepReport[] = [];
  let batch = trainer.step < steps ? batchAt(trainer.step) : undefined;
  while (trainer.step < steps && batch !== undefined && signal?.aborted !== true) {
    const { step } = trainer;
    const learningRate = schedule(step);
    const running = trainer.train(batch, learningRate);
    // The next batch is made while the runtime's own process works on this one.
    batch = step + 1 < steps ? batchAt(step + 1) : undefined;
    reports.push(await running);
    if (trainer.step % logEvery === 0) {
      write('steps', { ...averages(reports), learningRate });
      reports = [];
    }
    if (validate !== undefined && (trainer.step % validateEvery === 0 || trainer.step === steps))
      write('validation', await validate());
    if (clock() - savedAt > saveEverySeconds) await keep();
  }
  await keep();
  write('end', {});
  return trainer.step >= steps;
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
