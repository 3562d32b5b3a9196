/**
 * @file The recipe of a training run: plain JSON that says all that decides the weights. Paths are no part of
 * it: data sets are named, and the command line says where they lie.
 *
 * A person leaves out what the family's default is fine for; `completeRecipe` fills that in, and the run
 * folder keeps the whole.
 */
import { isCellClass, LeukoscopeError } from '@leukoscope/core';
import { z } from 'zod';

const share = z.number().min(0).max(0.9);
const shares = { validation: share, test: share.default(0) };
const name = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]*$/i, 'must be letters, digits, dots and hyphens')
  .max(100);
const kind = z.string().refine(isCellClass, { error: 'must be a kind of cell, or null' });
const steps = z.int().min(1).max(100_000_000);
const factor = z.number().positive();

const expression = z.string().refine(isExpression, 'must be a regular expression');

function isExpression(text: string): boolean {
  try {
    new RegExp(text);
    return true;
  } catch {
    return false;
  }
}

/** Which pictures do not train: `validation` chooses the weights, `test` measures the chosen ones, once, at the end. */
export const splitRuleSchema = z.discriminatedUnion('by', [
  /** The data set says it itself. */
  z.strictObject({
    by: z.literal('sets'),
    train: z.array(z.string()).min(1),
    validation: z.array(z.string()),
    test: z.array(z.string()).default([]),
  }),
  /** Stratified by type. */
  z.strictObject({ by: z.literal('ratio'), ...shares, seed: z.int().default(0) }),
  /** A slide, or a patient, never lies on both sides. */
  z.strictObject({ by: z.literal('slide'), ...shares, seed: z.int().default(0) }),
  z.strictObject({ by: z.literal('patient'), ...shares, seed: z.int().default(0) }),
  /** Neighbours by name, which may show the same cell, stay together. */
  z.strictObject({
    by: z.literal('block'),
    ...shares,
    size: z.int().min(2),
    seed: z.int().default(0),
  }),
  /** By expressions that paths of pictures match: those of each side, and those of none. */
  z.strictObject({
    by: z.literal('names'),
    validation: expression,
    test: expression.optional(),
    leftOut: expression.optional(),
  }),
  /** By a hash of the picture's name: pictures added later move no other. */
  z.strictObject({ by: z.literal('hash'), ...shares }),
  /** Fold `fold` of `folds`, from 1, measures; with `tests`, it is tested on and the next one chooses the weights. */
  z.strictObject({
    by: z.literal('folds'),
    folds: z.int().min(2),
    fold: z.int().min(1),
    tests: z.boolean().default(false),
    together: z.enum(['picture', 'slide', 'patient', 'block']).default('picture'),
    size: z.int().min(2).default(10),
    seed: z.int().default(0),
  }),
  /** All train; nothing is measured. */
  z.strictObject({ by: z.literal('none') }),
]);

const dataSchema = z.strictObject({
  name,
  /** Of all draws, against the other sets' shares. @default as many as it has samples */
  share: z.number().positive().optional(),
  /** Only pictures of these splits of the source. */
  sets: z.array(z.string()).min(1).optional(),
  /** How it is read; recognised when left out. */
  layout: z.string().optional(),
  maskKind: z.enum(['instances', 'binary', 'class-map', 'trimap']).optional(),
  /** What the source's class names mean, where that is not clear; null leaves their cells out. */
  classes: z.record(z.string(), z.union([kind, z.null()])).optional(),
  split: splitRuleSchema.optional(),
  /** Kinds whose cells the source leaves unmarked: a detector is neither praised nor blamed for them. */
  unmarked: z.array(kind).min(1).optional(),
  /**
   * The type of a picture is that of the cell in its middle; boxes of the source are not read. Its box is what the data
   * set `boxes` (as `leukoscope predict` writes them) has there, else that of a rule.
   */
  centred: z.strictObject({ boxes: name.optional() }).optional(),
  /** How much its types count. @default 1 */
  typeWeight: z.number().min(0).max(100).optional(),
});

const optimiserSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('adamw'),
    weightDecay: z.number().min(0).default(0.01),
    beta1: z.number().min(0).max(0.9999).default(0.9),
    beta2: z.number().min(0).max(0.99999).default(0.999),
  }),
  z.strictObject({
    kind: z.literal('sgd'),
    weightDecay: z.number().min(0).default(0),
    momentum: z.number().min(0).max(0.999).default(0.9),
    nesterov: z.boolean().default(false),
  }),
]);

const scheduleSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('constant'), warmUp: z.int().min(0).default(0) }),
  /** Down half a cosine to `lowest` times the learning rate. */
  z.strictObject({
    kind: z.literal('cosine'),
    warmUp: z.int().min(0).default(0),
    lowest: z.number().min(0).max(1).default(0.01),
  }),
  /** Times `factor` at each milestone, a share of the run. */
  z.strictObject({
    kind: z.literal('milestones'),
    warmUp: z.int().min(0).default(0),
    at: z.array(z.number().min(0).max(1)).min(1),
    factor: z.number().positive().max(1).default(0.1),
  }),
]);

const stageSchema = z.strictObject({
  /** Longer side of the input. @default the model's */
  side: z.int().min(8).max(8192).optional(),
  /** Not trained in this stage, by whole leading names. */
  frozen: z.array(z.string()).default([]),
  /** Updates of this stage. Only the last stage leaves it out: it takes what is left of the run. */
  steps: steps.optional(),
});

const recipeSchema = z.strictObject({
  format: z.literal(1).default(1),
  /** What the model will be called. @default the family's name */
  name: name.optional(),
  model: z.strictObject({
    family: z.string(),
    preset: z.enum(['tiny', 'slim', 'paper']).default('slim'),
    /** Fields that replace the preset's; `classes` among them. @default the types that the data have */
    config: z.record(z.string(), z.unknown()).default({}),
  }),
  data: z
    .array(dataSchema)
    .min(1)
    .refine((sets) => new Set(sets.map((set) => set.name)).size === sets.length, {
      error: 'must name each data set once',
    }),
  /** Never have the same picture, also turned, on both sides; 'ignore' saves the look at every picture. */
  copies: z.enum(['together', 'ignore']).default('together'),
  /**
   * Train a classifier on the cells of fields: a square around each, `margin` times its longer side. It is cut out
   * `surroundings` times larger, so that augmentation can turn and move it within what was there.
   */
  crops: z
    .strictObject({
      margin: z.number().min(1).max(4),
      surroundings: z.number().min(1).max(4).default(1),
      /** Cells of one kind that are cut out of one picture, chosen by chance. @default all */
      mostPerKind: z.int().min(1).optional(),
    })
    .optional(),
  /** Draw every type equally often; 'pictures': as often as it occurs. Of classifiers. */
  draw: z.enum(['pictures', 'types']).optional(),
  /** Name of an augmentation recipe, or one written out. */
  augmentation: z.union([z.string(), z.record(z.string(), z.unknown())]).optional(),
  optimiser: optimiserSchema.optional(),
  learningRate: z.number().positive().optional(),
  /** What the learning rate is multiplied by, by whole leading parameter names. */
  rates: z.record(z.string(), factor).default({}),
  schedule: scheduleSchema.optional(),
  /** Length of the run: updates, or passes over the training share. */
  steps: steps.optional(),
  epochs: z.number().positive().max(100_000).optional(),
  stages: z.array(stageSchema).min(1).optional(),
  /** Weights to begin with; names are matched, and what matched is told. */
  initial: z
    .strictObject({
      /** From the recipe's folder. */
      file: z.string().min(1),
      sha256: z
        .string()
        .regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits')
        .optional(),
      /** The file holds this part of the network only, such as a backbone that was trained as a classifier: `backbone.body`. */
      into: z
        .string()
        .regex(/^\w+(\.\w+)*$/, 'must be the leading part of names of parameters')
        .optional(),
    })
    .optional(),
  seed: z.int().min(0).max(4_294_967_295).default(1),
  batchSize: z.int().min(1).max(4096).optional(),
  accumulate: z.int().min(1).max(1024).default(1),
  /** Cells of one picture that count; the largest, where there are more. */
  mostCells: z.int().min(1).max(2000).optional(),
  clipNorm: z.number().positive().optional(),
  /** Keep averaged weights with this memory (0.999), measure and ship those. */
  averageDecay: z.number().min(0).max(0.99999).optional(),
  validation: z
    .strictObject({
      /** Steps between measurements. @default an epoch, at least 50 steps */
      every: steps.optional(),
      /** Samples that are measured, evenly taken. @default 500 */
      most: z.int().min(1).default(500),
      /** The measure that says which weights are best. @default by task */
      best: z.string().optional(),
    })
    .default({ most: 500 }),
  earlyStopping: z
    .strictObject({
      /** Validations without a better one. */
      patience: z.int().min(1),
      leastGain: z.number().min(0).default(0),
    })
    .optional(),
});

/** A checked recipe; what was left out is still left out. */
export type Recipe = z.infer<typeof recipeSchema>;

/** A recipe as a person writes it. */
export type RecipeInput = z.input<typeof recipeSchema>;

/** One data set of a recipe. */
export type DataChoice = Recipe['data'][number];

/** Which pictures measure and do not train. */
export type SplitRule = z.infer<typeof splitRuleSchema>;

/** Check a recipe; `where` says in errors which one. */
export function parseTrainRecipe(json: unknown, where: string): Recipe {
  const parsed = recipeSchema.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    throw fault(
      `${where} must fit the recipe's form at ${issue.path.join('.') || 'its root'}`,
      issue.message,
    );
  }
  const { data: recipe } = parsed;
  if (recipe.steps !== undefined && recipe.epochs !== undefined) {
    throw fault(`${where} must give steps or epochs`, 'both');
  }
  const open = (recipe.stages ?? []).findIndex((stage) => stage.steps === undefined);
  if (recipe.stages !== undefined && open !== recipe.stages.length - 1) {
    throw fault(
      `${where} must give the steps of every stage but the last, which takes the rest`,
      open < 0 ? 'steps for all' : `none for stage ${open + 1}`,
    );
  }
  const shares = recipe.data.filter((set) => set.share !== undefined).length;
  if (shares > 0 && shares < recipe.data.length) {
    throw fault(`${where} must give all data sets a share, or none`, `${shares} of them`);
  }
  for (const { name: set, split } of recipe.data) {
    if (split?.by === 'folds' && split.fold > split.folds) {
      throw fault(`${where}: fold of ${set} must be at most ${split.folds}`, String(split.fold));
    }
    if (split?.by === 'folds' && split.tests && split.folds < 3) {
      throw fault(`${where}: folds of ${set} must be at least 3 to test on one`, `${split.folds}`);
    }
    const apart = split !== undefined && 'seed' in split && split.by !== 'folds';
    if ((apart || split?.by === 'hash') && split.validation + split.test >= 1) {
      throw fault(
        `${where}: validation and test of ${set} must leave pictures to train on`,
        `${split.validation} and ${split.test}`,
      );
    }
  }
  return recipe;
}

function fault(rule: string, received: string): LeukoscopeError {
  return new LeukoscopeError(
    'TRAIN_RECIPE',
    `${rule}. Received: ${received}. docs/guide-training.md shows recipes.`,
  );
}
