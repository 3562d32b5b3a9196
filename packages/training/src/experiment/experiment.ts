/**
 * @file An experiment: variants times folds of one recipe, each a run. The file holds all that decides the
 * result, what the paper reports, and in words what differs from it.
 */
import { LeukoscopeError } from '@leukoscope/core';
import { z } from 'zod';
import { parseTrainRecipe, type Recipe } from '../recipe/recipe.ts';

const fields = z.record(z.string(), z.unknown());
const variantName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]*$/i, 'must be letters, digits, dots, hyphens');

const experimentSchema = z.strictObject({
  format: z.literal(1).default(1),
  title: z.string().min(1),
  /** What is to be found out. */
  question: z.string().default(''),
  recipe: fields,
  /** What each variant changes: laid over the recipe, null takes a field away (RFC 7396). */
  variants: z
    .record(variantName, fields)
    .refine((variants) => Object.keys(variants).length > 0, 'must hold at least one variant'),
  /** Every data set is divided in so many folds, by its own split rule where that is `folds`. */
  folds: z.int().min(2).max(50).optional(),
  /** Repeat with these seeds. @default the recipe's */
  seeds: z.array(z.int().min(0)).min(1).optional(),
  /** What the table shows. @default all that validation gives */
  measures: z.array(z.string()).min(1).optional(),
  /** The variant that the others are compared with. @default the first */
  reference: z.string().optional(),
  paper: z
    .strictObject({
      source: z.string().min(1),
      /** By variant and measure. */
      values: z.record(z.string(), z.record(z.string(), z.number())).default({}),
      /** Data, size, epochs, initial weights: one sentence each. */
      differs: z.array(z.string()).default([]),
    })
    .optional(),
});

/** See the file's head. */
export type Experiment = z.infer<typeof experimentSchema>;

/** One run of an experiment. */
export interface ExperimentRun {
  /** Path of its folder below the experiment's runs. */
  readonly id: string;
  readonly variant: string;
  /** From 1; undefined without folds. */
  readonly fold: number | undefined;
  readonly seed: number;
  readonly recipe: Recipe;
}

/** Check an experiment and every recipe that follows from it; `where` says in errors which one. */
export function parseExperiment(
  json: unknown,
  where: string,
): { readonly experiment: Experiment; readonly runs: readonly ExperimentRun[] } {
  const parsed = experimentSchema.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    throw experimentFault(
      `${where} must fit the form at ${issue.path.join('.') || 'its root'}`,
      issue.message,
    );
  }
  const { data: experiment } = parsed;
  const names = Object.keys(experiment.variants);
  const strangers = [
    ...(experiment.reference === undefined ? [] : [experiment.reference]),
    ...Object.keys(experiment.paper?.values ?? {}),
  ].filter((name) => !names.includes(name));
  if (strangers.length > 0) {
    throw experimentFault(
      `${where} must name only its variants ${names.join(', ')}`,
      strangers.join(', '),
    );
  }
  return { experiment, runs: runsOf(experiment, where) };
}

function runsOf(experiment: Experiment, where: string): ExperimentRun[] {
  const folds = Array.from({ length: experiment.folds ?? 1 }, (_, i) =>
    experiment.folds === undefined ? undefined : i + 1,
  );
  return Object.entries(experiment.variants).flatMap(([variant, change]) => {
    const changed = mergeFields(experiment.recipe, change);
    return folds.flatMap((fold) =>
      (experiment.seeds ?? [undefined]).map((seed): ExperimentRun => {
        const whole = { ...changed, ...(seed === undefined ? {} : { seed }) };
        const written = fold === undefined ? whole : withFold(whole, experiment.folds!, fold);
        const recipe = parseTrainRecipe(written, `${where}, variant ${variant}`);
        const parts = [
          ...(fold === undefined ? [] : [`fold-${fold}`]),
          ...(experiment.seeds === undefined ? [] : [`seed-${seed}`]),
        ];
        const id = [variant, ...parts].join('/');
        return { id, variant, fold, seed: recipe.seed, recipe };
      }),
    );
  });
}

type Fields = Readonly<Record<string, unknown>>;

/** JSON merge patch (RFC 7396): objects field by field, null takes away, anything else replaces. */
export function mergeFields(base: Fields, patch: Fields): Fields {
  const merged = new Map(Object.entries(base));
  for (const [key, value] of Object.entries(patch)) {
    const before = merged.get(key);
    if (value === null) merged.delete(key);
    else
      merged.set(key, isFields(value) ? mergeFields(isFields(before) ? before : {}, value) : value);
  }
  return Object.fromEntries(merged);
}

/** Divide every data set in folds; the rest of a rule that is one already stays. */
function withFold(recipe: Fields, folds: number, fold: number): Fields {
  const { data } = recipe;
  if (!Array.isArray(data)) return recipe;
  return {
    ...recipe,
    data: data.map((set: unknown) => {
      if (!isFields(set)) return set;
      const { split } = set;
      const own = isFields(split) && split['by'] === 'folds' ? split : {};
      return { ...set, split: { ...own, by: 'folds', folds, fold } };
    }),
  };
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function experimentFault(rule: string, received: string): LeukoscopeError {
  return new LeukoscopeError(
    'TRAIN_EXPERIMENT',
    `${rule}. Received: ${received}. docs/guide-training.md shows experiments.`,
  );
}
