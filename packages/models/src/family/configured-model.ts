/**
 * @file A family with its configuration: what training, export and prediction work with, whatever the
 * architecture. Types of configuration, outputs and truth end here.
 */
import { type CellClass, LeukoscopeError, type Sample, type Size } from '@leukoscope/core';
import { toRgbRaster } from '@leukoscope/image';
import {
  input,
  type LossAndMetrics,
  type RenameRule,
  type Scope,
  type Tensor,
} from '@leukoscope/nn';
import type { BatchPlan, PlacedSample, TensorMap } from '../truth/truth-spec.ts';
import { checkExported } from './exported-outputs.ts';
import { checkInputSize, type InputSpec, normaliseImage, placeImageInPlace } from './input-spec.ts';
import type { FamilyConfig, FamilyRecipe, ModelFamily, Task } from './model-family.ts';

/** Which configuration of a family is meant. */
export interface ModelChoice {
  /** @default 'slim' */
  readonly preset?: string | undefined;
  /** Fields that replace the preset's. */
  readonly config?: Readonly<Record<string, unknown>> | undefined;
}

/** A family as the registry holds it. */
export interface RegisteredFamily {
  readonly name: string;
  readonly title: string;
  readonly summary: string;
  readonly task: Task;
  readonly presets: readonly string[];
  readonly recipe: FamilyRecipe;
  /** Its classes do not follow from the data. */
  readonly keepsClasses: boolean;
  /** Check a choice and make the model of it. */
  configure(choice?: ModelChoice): ConfiguredModel;
}

/** A network that can be trained and exported. */
export interface ConfiguredModel {
  readonly family: string;
  readonly task: Task;
  readonly classes: readonly CellClass[];
  /** Plain JSON; `configure` of the same family accepts it. */
  readonly config: FamilyConfig;
  readonly input: InputSpec;
  /** Sizes that batches of training take turns with; one graph each, all with the same parameters. */
  readonly trainingSizes: readonly Size[];
  readonly frozen: readonly string[];
  readonly rename: readonly RenameRule[];
  /** A classifier that learns outlines too. */
  readonly outlines: boolean;
  /** Make the graph's inputs of samples: `image` and the truth. */
  collate(samples: readonly Sample[], plan: BatchPlan): TensorMap;
  /** Declare the inputs, apply the network, return its loss. */
  training(scope: Scope, plan: BatchPlan): LossAndMetrics;
  /** Declare `image` [N, 3, H, W], apply the network, return what it exports. */
  inference(
    scope: Scope,
    shape?: Pick<BatchPlan, 'count' | 'size'>,
  ): Readonly<Record<string, Tensor>>;
  /** The same as a stage of a two-stage model; undefined where the family is none. */
  readonly stage:
    | ((
        scope: Scope,
        shape?: Pick<BatchPlan, 'count' | 'size'>,
      ) => Readonly<Record<string, Tensor>>)
    | undefined;
}

/** Hide a family's own types. */
export function registerFamily<C extends FamilyConfig, O, T>(
  family: ModelFamily<C, O, T>,
): RegisteredFamily {
  const { name, title, summary, task, recipe } = family;
  return {
    name,
    title,
    summary,
    task,
    recipe,
    keepsClasses: family.keepsClasses ?? false,
    presets: Object.keys(family.presets),
    configure: (choice = {}) => configureModel(family, parseChoice(family, choice)),
  };
}

/** Join a family with a checked configuration. */
export function configureModel<C extends FamilyConfig, O, T>(
  family: ModelFamily<C, O, T>,
  config: C,
): ConfiguredModel {
  const spec = family.input(config);
  const truth = family.truth(config);
  checkInputSize(spec.size, spec);
  const declareImage = ({ count, size }: Pick<BatchPlan, 'count' | 'size'>) => {
    checkInputSize(size, spec);
    return normaliseImage(input('image', [count, 3, size.height, size.width]), spec);
  };
  return {
    family: family.name,
    task: family.task,
    classes: config.classes,
    config,
    input: spec,
    trainingSizes: family.trainingSizes?.(config) ?? [spec.size],
    frozen: family.frozen?.(config) ?? [],
    rename: family.rename ?? [],
    outlines: family.outlines ?? false,
    collate: (samples, plan) => {
      checkCount(samples.length, plan);
      const { placed, image } = placeSamples(samples, spec, plan);
      return { image, ...truth.collate(placed, plan) };
    },
    training(scope, plan) {
      const outputs = family.build(scope, declareImage(plan), config);
      return family.loss(scope, outputs, truth.inputs(plan), config, plan);
    },
    inference(scope, shape = { count: 1, size: spec.size }) {
      const outputs = family.build(scope, declareImage(shape), config);
      const exported = family.exported(scope, outputs, config);
      checkExported(family.name, family.task, exported);
      return exported;
    },
    stage:
      family.stage &&
      ((scope, shape = { count: 1, size: spec.size }) =>
        family.stage!(family.build(scope, declareImage(shape), config))),
  };
}

function parseChoice<C extends FamilyConfig, O, T>(
  { name, presets, schema }: ModelFamily<C, O, T>,
  { preset = 'slim', config = {} }: ModelChoice,
): C {
  const start = Object.hasOwn(presets, preset)
    ? presets[preset as keyof typeof presets]
    : undefined;
  if (start === undefined) {
    throw new LeukoscopeError(
      'MODEL_PRESET',
      `preset of ${name} must be ${Object.keys(presets).join(', ')}. Received ${JSON.stringify(preset)}.`,
    );
  }
  const parsed = schema.safeParse({ ...start, ...config });
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  throw new LeukoscopeError(
    'MODEL_CONFIG',
    `configuration of ${name} must fit its form at ${issue.path.join('.') || 'its root'}. Received: ${issue.message}. \`leukoscope model show ${name}\` prints it.`,
  );
}

function checkCount(received: number, { count }: BatchPlan): void {
  if (received === count) return;
  throw new LeukoscopeError(
    'MODEL_BATCH',
    `a batch must hold ${count} samples, as planned. Received ${received}.`,
  );
}

function placeSamples(samples: readonly Sample[], spec: InputSpec, { count: N, size }: BatchPlan) {
  const { width, height } = size;
  const data = new Float32Array(N * 3 * width * height);
  const placed = samples.map(({ raster, annotations }, n): PlacedSample => {
    const rgb = toRgbRaster(raster);
    return { raster: rgb, annotations, placement: placeImageInPlace(data, n, rgb, spec, size) };
  });
  const image = { dtype: 'float32' as const, shape: [N, 3, height, width], data };
  return { placed, image };
}
