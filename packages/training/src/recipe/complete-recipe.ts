/**
 * @file Fills in what a recipe leaves out, from the family's own recipe and from how much data there is, and
 * says in plain words what was chosen.
 */
import { createRandom, type Size } from '@leukoscope/core';
import type { FamilyRecipe, Task } from '@leukoscope/models';
import type { BestRule } from '../run-progress.ts';
import type { DataChoice, Recipe, SplitRule } from './recipe.ts';

/** A recipe that leaves nothing open; it is a `Recipe` too. */
export type RunRecipe = Omit<Recipe, 'epochs' | 'data'> & {
  readonly name: string;
  readonly data: readonly (DataChoice & { readonly split: SplitRule })[];
  readonly draw: NonNullable<Recipe['draw']>;
  readonly augmentation: NonNullable<Recipe['augmentation']>;
  readonly optimiser: NonNullable<Recipe['optimiser']>;
  readonly learningRate: number;
  readonly schedule: NonNullable<Recipe['schedule']>;
  readonly steps: number;
  readonly batchSize: number;
  readonly mostCells: number;
  readonly stages: NonNullable<Recipe['stages']>;
  readonly validation: { readonly every: number; readonly most: number; readonly best: string };
};

/** What the defaults follow from. */
export interface RecipeFacts {
  readonly title: string;
  readonly task: Task;
  readonly defaults: FamilyRecipe;
  /** The whole configuration of the model. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Sizes that the family trains with in turns. */
  readonly trainingSizes: readonly Size[];
  readonly data: RunRecipe['data'];
  readonly crops: Recipe['crops'];
  readonly trainCount: number;
  readonly validationCount: number;
  readonly testCount: number;
  /** Cells of the fullest training picture. */
  readonly mostCells: number;
}

const mostCellsOfAll = 100;
const leastBetween = 50;

/** The measure that says which weights are best, unless the recipe names another. */
export const bestMeasures: Readonly<Record<Task, string>> = {
  classes: 'macroF1',
  boxes: 'AP',
  instances: 'maskAP',
  pixels: 'meanIou',
};

/** Fill in. */
export function completeRecipe(
  recipe: Recipe,
  facts: RecipeFacts,
): { readonly recipe: RunRecipe; readonly words: readonly string[] } {
  const { defaults, trainCount, validationCount, task } = facts;
  const words: string[] = [];
  const { epochs, ...rest } = recipe;
  const batchSize = recipe.batchSize ?? Math.min(defaults.batchSize, trainCount);
  const perEpoch = Math.max(1, Math.round(trainCount / (batchSize * recipe.accumulate)));
  const passes = epochs ?? defaults.epochs;
  const steps = recipe.steps ?? Math.max(1, Math.ceil(passes * perEpoch));
  const optimiser = recipe.optimiser ?? optimiserOf(defaults);
  const learningRate = recipe.learningRate ?? defaults.learningRate;
  const warmUp = Math.min(500, Math.floor(steps / 10));
  const schedule = recipe.schedule ?? { kind: 'cosine' as const, warmUp, lowest: 0.01 };
  const augmentation = recipe.augmentation ?? defaults.augmentation;
  const mostCells =
    recipe.mostCells ?? (task === 'classes' ? 1 : Math.min(mostCellsOfAll, facts.mostCells));
  const every =
    recipe.validation.every ?? Math.min(steps, Math.max(leastBetween, Math.round(perEpoch)));
  const best = recipe.validation.best ?? bestMeasures[task];
  const sides = [
    ...new Set(facts.trainingSizes.map(({ width, height }) => Math.max(width, height))),
  ];
  const stages = recipe.stages ?? inTurns(sides, { steps, every, seed: recipe.seed });
  words.push(
    `Model: ${facts.title}, preset ${recipe.model.preset}.`,
    `Length: ${steps} steps of ${batchSize * recipe.accumulate} examples (${round((steps * batchSize * recipe.accumulate) / trainCount)} passes over ${trainCount}).`,
    `Learning: ${optimiser.kind}, rate ${learningRate}, ${schedule.kind} schedule${schedule.warmUp > 0 ? ` after ${schedule.warmUp} steps of warm-up` : ''}.`,
    `Augmentation: ${typeof augmentation === 'string' ? augmentation : `${stepsOf(augmentation)} steps of your own`}.`,
  );
  if (recipe.stages === undefined && stages.length > 1)
    words.push(
      `Sizes: every ${every} steps another longer side of ${sides.join(', ')}, the model's own at the end.`,
    );
  words.push(
    validationCount === 0
      ? 'Nothing measures: the last weights are the best.'
      : `Measured every ${every} steps on ${Math.min(validationCount, recipe.validation.most)} of ${validationCount} examples; the best weights are those of the highest ${best}.`,
  );
  if (facts.testCount > 0)
    words.push(`Tested once, at the end, on ${facts.testCount} examples that do neither.`);
  if (task !== 'classes' && facts.mostCells > mostCells)
    words.push(
      `Only the ${mostCells} largest cells of a picture count; the fullest has ${facts.mostCells}.`,
    );
  const done: RunRecipe = {
    ...rest,
    name: recipe.name ?? recipe.model.family,
    model: { ...recipe.model, config: { ...facts.config } },
    data: [...facts.data],
    ...(facts.crops === undefined ? {} : { crops: facts.crops }),
    draw: recipe.draw ?? 'pictures',
    augmentation,
    optimiser,
    learningRate,
    schedule,
    steps,
    stages,
    batchSize,
    mostCells,
    validation: { every, most: recipe.validation.most, best },
  };
  return { recipe: done, words };
}

/**
 * Stages of a family that trains with several sizes: one between two validations, drawn by the seed. YOLO draws anew
 * every ten steps; here a size is a graph of its own, whose start costs seconds.
 */
function inTurns(
  sides: readonly number[],
  { steps, every, seed }: { readonly steps: number; readonly every: number; readonly seed: number },
): RunRecipe['stages'] {
  const own = { frozen: [] };
  if (sides.length < 2) return [own];
  const random = createRandom(seed).fork('sizes');
  const turns = Math.ceil(steps / every) - 1;
  const drawn = Array.from({ length: turns }, () => ({
    side: sides[random.integer(0, sides.length)]!,
    frozen: [],
    steps: every,
  }));
  return [...drawn, own];
}

/** When validations are the best, by the recipe. */
export function bestRuleOf({ validation, earlyStopping }: RunRecipe): BestRule {
  const isLoss = /loss$/i.test(validation.best);
  return {
    measure: validation.best,
    goal: isLoss ? 'lowest' : 'highest',
    ...(earlyStopping === undefined ? {} : earlyStopping),
  };
}

function optimiserOf({ optimiser, weightDecay }: FamilyRecipe): RunRecipe['optimiser'] {
  return optimiser === 'adamw'
    ? { kind: 'adamw', weightDecay, beta1: 0.9, beta2: 0.999 }
    : { kind: 'sgd', weightDecay, momentum: 0.9, nesterov: false };
}

function stepsOf(augmentation: Readonly<Record<string, unknown>>): number {
  const { steps } = augmentation;
  return Array.isArray(steps) ? steps.length : 0;
}

const round = (value: number) => Number(value.toPrecision(3));
