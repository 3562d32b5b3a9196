/**
 * @file What a run knows beside its weights: the best validation so far, how long nothing was better, and
 * the reports that no log line has averaged yet. Plain JSON, saved with the weights.
 */
import { LeukoscopeError } from '@leukoscope/core';
import type { StepReport } from '@leukoscope/nn';
import { z } from 'zod';

const progressSchema = z.strictObject({
  /** The best validation. */
  best: z.strictObject({ step: z.int(), value: z.number() }).optional(),
  /** Validations since the best one. */
  worse: z.int().min(0),
  /** Nothing got better for so long that the run is over. */
  isOver: z.boolean(),
  /** The last step that was measured. */
  validatedAt: z.int(),
  pending: z.array(z.record(z.string(), z.number())),
});

/** See the file's head. */
export interface RunProgress {
  readonly best?: { readonly step: number; readonly value: number } | undefined;
  readonly worse: number;
  readonly isOver: boolean;
  readonly validatedAt: number;
  readonly pending: readonly StepReport[];
}

/** Which validation is the best, and when to give up. */
export interface BestRule {
  /** Name of a number that validation gives. */
  readonly measure: string;
  readonly goal: 'highest' | 'lowest';
  /** Validations without a better one after which the run ends. @default Infinity */
  readonly patience?: number | undefined;
  /** What counts as better. @default 0 */
  readonly leastGain?: number | undefined;
}

/** The progress of a run that has not begun. */
export const freshProgress: RunProgress = {
  worse: 0,
  isOver: false,
  validatedAt: -1,
  pending: [],
};

/** Read a progress back. */
export function parseProgress(json: unknown): RunProgress {
  const parsed = progressSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new LeukoscopeError(
    'TRAIN_CHECKPOINT',
    `checkpoint must say how far its run is. Received: ${parsed.error.issues[0]!.message}. It was not written by leukoscope train.`,
  );
}

/** Take a validation into account. */
export function judge(
  progress: RunProgress,
  step: number,
  values: Readonly<Record<string, number>>,
  rule: BestRule | undefined,
): { readonly progress: RunProgress; readonly isBest: boolean } {
  if (rule === undefined) return { progress: { ...progress, validatedAt: step }, isBest: false };
  const { measure, goal, patience = Number.POSITIVE_INFINITY, leastGain = 0 } = rule;
  const value = values[measure];
  if (value === undefined) {
    throw new LeukoscopeError(
      'TRAIN_MEASURE',
      `the measure that says which weights are best must be one of ${Object.keys(values).join(', ')}. Received ${JSON.stringify(measure)}.`,
    );
  }
  const { best } = progress;
  // The first validation is the best so far, also where nothing can be measured yet.
  const gain =
    best === undefined
      ? Number.POSITIVE_INFINITY
      : goal === 'highest'
        ? value - best.value
        : best.value - value;
  const isBest = Number.isFinite(value) && gain > leastGain;
  const worse = isBest ? 0 : progress.worse + 1;
  return {
    isBest,
    progress: {
      ...progress,
      ...(isBest ? { best: { step, value } } : {}),
      worse,
      isOver: worse >= patience,
      validatedAt: step,
    },
  };
}
