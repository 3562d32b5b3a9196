/**
 * @file The one form that every network has here: all that differs between two architectures is one
 * `ModelFamily`, one line in the registry, one recipe.
 *
 * C = configuration (plain JSON, checked by `schema`), O = what `build` gives, T = the truth in the graph.
 */
import { type CellClass, cellClasses, isCellClass, type Size } from '@leukoscope/core';
import type { LossAndMetrics, RenameRule, Scope, Tensor } from '@leukoscope/nn';
import { z } from 'zod';
import type { BatchPlan, TruthSpec } from '../truth/truth-spec.ts';
import type { InputSpec } from './input-spec.ts';

/**
 * What a model answers. `classes`: a type per picture; `boxes`: cells with types; `instances`: the same with
 * masks; `pixels`: a class per pixel.
 */
export type Task = 'classes' | 'boxes' | 'instances' | 'pixels';

/** What every configuration says. */
export interface FamilyConfig {
  /** Foreground classes in the order of class indices. */
  readonly classes: readonly CellClass[];
  /** Size of the input that the network is trained and exported for. */
  readonly size: { readonly width: number; readonly height: number };
}

/** The schema of `classes`. */
export const classesSchema = z
  .array(
    z.string().refine(isCellClass, {
      error: `must be a kind of cell: ${Object.keys(cellClasses).join(', ')}`,
    }),
  )
  .min(1)
  .refine((classes) => new Set(classes).size === classes.length, 'must name each kind once')
  .readonly();

/** The schema of `size`. */
export const sizeSchema = z.strictObject({
  width: z.int().min(8).max(4096),
  height: z.int().min(8).max(4096),
});

/** How a family is trained when nobody says otherwise: its paper's recipe where it has one. */
export interface FamilyRecipe {
  readonly optimiser: 'sgd' | 'adamw';
  readonly learningRate: number;
  readonly weightDecay: number;
  readonly batchSize: number;
  /** Passes over the training share. */
  readonly epochs: number;
  /** Name of an augmentation recipe. */
  readonly augmentation: string;
}

/** What an architecture's author writes. */
export interface ModelFamily<C extends FamilyConfig, O, T> {
  /** As commands and files call it: `faster-rcnn`. */
  readonly name: string;
  /** As people write it: `Faster R-CNN`. */
  readonly title: string;
  /** One sentence for lists, with the paper. */
  readonly summary: string;
  readonly task: Task;
  readonly schema: z.ZodType<C>;
  /** `tiny` is for tests; `slim` for two cores; `paper` as published; others where a paper has several. */
  readonly presets: Readonly<Record<'tiny' | 'slim' | 'paper', C>> & Readonly<Record<string, C>>;
  readonly recipe: FamilyRecipe;
  input(config: C): InputSpec;
  /** Sizes that batches of training take turns with, a graph each; the input's own where absent. */
  trainingSizes?(config: C): readonly Size[];
  truth(config: C): TruthSpec<T>;
  /** Parameters that are never trained, by whole leading names. */
  frozen?(config: C): readonly string[];
  /** Apply the network to normalised images [N, 3, H, W]. */
  build(scope: Scope, image: Tensor, config: C): O;
  /** Train it: the scope may declare heads that only see sampled regions. */
  loss(scope: Scope, outputs: O, truth: T, config: C, plan: BatchPlan): LossAndMetrics;
  /** What the exported network gives; names and shapes of the task are in `exported-outputs.ts`. */
  exported(scope: Scope, outputs: O, config: C): Readonly<Record<string, Tensor>>;
  /** What a two-stage reader takes from it, for inputs of any size or number; absent: it is no stage of one. */
  stage?(outputs: O): Readonly<Record<string, Tensor>>;
  /** Its classes are part of it and do not follow from the data. @default false */
  readonly keepsClasses?: boolean;
  /** A classifier that learns outlines too: its crops keep box and mask. @default false */
  readonly outlines?: boolean;
  /** How names of torchvision's, Darknet's or Caffe's files become ours. */
  readonly rename?: readonly RenameRule[];
}
