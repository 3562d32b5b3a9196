/** @file From a whole recipe to what the engine takes: update rule, learning rates, stages, augmentation. */
import { LeukoscopeError, type Size } from '@leukoscope/core';
import { type AugmentationRecipe, augmentationRecipes, parseRecipe } from '@leukoscope/datasets';
import type { InputSpec } from '@leukoscope/models';
import {
  adamW,
  constantRate,
  cosine,
  multiStep,
  type Optimiser,
  type Schedule,
  sgd,
  warmUp,
} from '@leukoscope/nn';
import type { RunRecipe } from './complete-recipe.ts';

/** The update rule. */
export function optimiserOf({ optimiser }: Pick<RunRecipe, 'optimiser'>): Optimiser {
  const { kind, ...settings } = optimiser;
  return kind === 'adamw' ? adamW(settings) : sgd(settings);
}

/** The learning rate of every step. */
export function scheduleOf({ schedule, learningRate, steps }: RunRecipe): Schedule {
  const after = (): Schedule => {
    switch (schedule.kind) {
      case 'constant':
        return constantRate(learningRate);
      case 'cosine':
        return cosine(learningRate, steps, learningRate * schedule.lowest);
      case 'milestones':
        return multiStep(
          learningRate,
          schedule.at.map((share) => Math.round(share * steps)),
          schedule.factor,
        );
    }
  };
  return schedule.warmUp === 0 ? after() : warmUp(after(), schedule.warmUp);
}

/** A part of the run with one graph. */
export interface Stage {
  /** Steps before this one are the stage's. */
  readonly until: number;
  readonly size: Size;
  readonly frozen: readonly string[];
}

/** The stages with their last steps. */
export function stagesOf({ stages, steps }: RunRecipe, input: InputSpec): Stage[] {
  let until = 0;
  return stages.map(({ side, frozen, steps: own = steps - until }) => {
    until += own;
    if (until > steps || own < 1) {
      throw new LeukoscopeError(
        'TRAIN_RECIPE',
        `stages must fit into the ${steps} steps of the run. Received ${until} for the first of them. Make the run longer or the stages shorter.`,
      );
    }
    return { until, size: side === undefined ? input.size : sizeOfSide(side, input), frozen };
  });
}

/** The model's input with another longer side, in multiples of its stride. */
function sizeOfSide(side: number, { size, multipleOf }: InputSpec): Size {
  const scale = side / Math.max(size.width, size.height);
  const fit = (extent: number) =>
    Math.max(multipleOf, Math.round((extent * scale) / multipleOf) * multipleOf);
  return { width: fit(size.width), height: fit(size.height) };
}

/** The augmentation by name or as written. */
export function augmentationOf({
  augmentation,
}: Pick<RunRecipe, 'augmentation'>): AugmentationRecipe {
  if (typeof augmentation !== 'string') return parseRecipe(augmentation);
  const known = Object.entries(augmentationRecipes).find(([name]) => name === augmentation);
  if (known !== undefined) return parseRecipe(known[1]);
  throw new LeukoscopeError(
    'TRAIN_RECIPE',
    `augmentation must be ${Object.keys(augmentationRecipes).join(', ')}, or written out. Received ${JSON.stringify(augmentation)}.`,
  );
}
