/**
 * @file Builds the graph of one training step: forward, backward, clipping, update, all in one run.
 *
 * State (parameters, optimiser vectors, running statistics, averaged weights) enters flat as
 * `KEY.flat` and leaves as `KEY.next`. Gradient accumulation over k micro-steps needs two more graphs:
 * the first micro-step starts the accumulators, middle ones add, the last adds and updates.
 */
import { elementCount, LeukoscopeError } from '@leukoscope/core';
import { gradients } from '../autodiff/gradients.ts';
import { emitGraph } from '../emit/emit-graph.ts';
import { input, parameter, type Tensor } from '../graph/tensor.ts';
import { encodeOnnxModel } from '../onnx/write-model.ts';
import { add, div, minimum, mul, sqrt } from '../ops/elementwise.ts';
import { sum } from '../ops/reduction.ts';
import { reshape } from '../ops/shaping.ts';
import type { FoldedScale, Optimiser } from '../optim/optimiser.ts';
import { foldedNames } from '../params/fold.ts';
import type { ParameterSpec, Scope } from '../params/scope.ts';

/** Inputs that the trainer feeds by itself. */
export const learningRateKey = 'learning_rate';
export const stepKey = 'step';

/** What a model's training function returns. */
export interface LossAndMetrics {
  readonly loss: Tensor;
  /** Further numbers to report. */
  readonly metrics?: Readonly<Record<string, Tensor>>;
}

/** How the step is made. */
export interface TrainingGraphOptions {
  readonly optimiser: Optimiser;
  /** Scale all gradients down so that their joint norm is at most this. */
  readonly clipNorm?: number | undefined;
  /** Keep averaged weights: w̄ ← d w̄ + (1 - d) w. */
  readonly averageDecay?: number | undefined;
  /** Micro-steps whose gradients are averaged into one update. @default 1 */
  readonly accumulate?: number | undefined;
  /**
   * What the learning rate is multiplied by, by whole leading names as `frozen` has them (`layer1` covers
   * `layer1.0.conv1.weight`); the longest name that fits counts. @default 1 for all
   */
  readonly rateFactors?: Readonly<Record<string, number>> | undefined;
}

/** One graph, ready to load. */
export interface StepGraph {
  readonly model: Uint8Array;
  readonly stateInputs: Readonly<Record<string, string>>;
  readonly stateOutputs: Readonly<Record<string, string>>;
  /** Inputs that the caller feeds: data, noise, and perhaps learning rate and step. */
  readonly inputKeys: readonly string[];
}

/** The graphs of an update and what state they need. */
export interface TrainingGraph {
  /** One graph, or [first, middle, last] micro-step; middle is missing for 2. */
  readonly micro: readonly StepGraph[];
  /** State that begins at zero: optimiser vectors and accumulators, with their lengths. */
  readonly zeroState: ReadonlyMap<string, number>;
  /** Averaged weights by the parameter whose copy they begin as. */
  readonly averages: ReadonlyMap<string, string>;
  readonly trained: readonly ParameterSpec[];
}

const accumulatorKey = (key: string) => `${key}@gradient`;
const averageKey = (key: string) => `${key}@average`;
const optimiserKey = (key: string, name: string) => `${key}@${name}`;

/** Build the graph (or graphs) of one update. */
export function buildTrainingGraph(
  scope: Scope,
  { loss, metrics = {} }: LossAndMetrics,
  options: TrainingGraphOptions,
): TrainingGraph {
  const { accumulate = 1 } = options;
  if (!Number.isInteger(accumulate) || accumulate < 1) {
    throw new LeukoscopeError(
      'NN_OPTION',
      `accumulate must be a whole number of at least 1. Received ${accumulate}.`,
    );
  }
  const specs = [...scope.declared.parameters.values()].filter((spec) => spec.isTrainable);
  const tensors = specs.map((spec) => scope.declared.tensors.get(spec.key)!);
  const found = gradients(loss, tensors);
  const trained = specs.flatMap((spec, i) =>
    found[i] === undefined ? [] : [{ spec, tensor: tensors[i]!, gradient: found[i] }],
  );
  if (trained.length === 0) {
    throw new LeukoscopeError(
      'NN_LOSS',
      'the loss must depend on a trained parameter. Received a loss that depends on none. Is everything frozen?',
    );
  }
  const reported: Record<string, Tensor> = { loss, ...metrics };
  for (const { key, value } of scope.declared.updates) reported[nextName(key)] = flat(value);
  const share = accumulate;
  const flatGradients = trained.map((entry) => ({
    ...entry,
    gradient: share === 1 ? flat(entry.gradient) : div(flat(entry.gradient), share),
  }));

  const micro: StepGraph[] = [];
  if (accumulate > 1) {
    const start = { ...reported };
    for (const { spec, gradient } of flatGradients)
      start[nextName(accumulatorKey(spec.key))] = gradient;
    micro.push(toStepGraph('accumulate-first', start));
  }
  const summed = flatGradients.map((entry) => ({
    ...entry,
    gradient:
      accumulate === 1
        ? entry.gradient
        : add(stateVector(accumulatorKey(entry.spec.key), entry.gradient), entry.gradient),
  }));
  if (accumulate > 2) {
    const middle = { ...reported };
    for (const { spec, gradient } of summed) middle[nextName(accumulatorKey(spec.key))] = gradient;
    micro.push(toStepGraph('accumulate', middle));
  }
  micro.push(toStepGraph('update', { ...reported, ...buildUpdates(scope, summed, options) }));

  const zeroState = new Map<string, number>();
  for (const { spec } of trained) {
    const names = [...options.optimiser.stateNames.map((name) => optimiserKey(spec.key, name))];
    if (accumulate > 1) names.push(accumulatorKey(spec.key));
    for (const name of names) zeroState.set(name, elementCount(spec.shape));
  }
  const averages = new Map<string, string>();
  if (options.averageDecay !== undefined) {
    for (const key of averagedKeys(
      scope,
      trained.map(({ spec }) => spec),
    ))
      averages.set(key, averageKey(key));
  }
  return { micro, zeroState, averages, trained: trained.map(({ spec }) => spec) };
}

interface TrainedEntry {
  readonly spec: ParameterSpec;
  readonly tensor: Tensor;
  /** Flat. */
  readonly gradient: Tensor;
}

/** New values of parameters, optimiser state and averages. */
function buildUpdates(
  scope: Scope,
  trained: readonly TrainedEntry[],
  options: TrainingGraphOptions,
): Record<string, Tensor> {
  const { optimiser, clipNorm, averageDecay, rateFactors = {} } = options;
  // Frozen ones too: a name may be trained in another stage of the run.
  checkRateFactors(rateFactors, [...scope.declared.parameters.keys()]);
  const outputs: Record<string, Tensor> = {};
  const learningRate = input(learningRateKey, []);
  const step = input(stepKey, []);
  const scales = trained.map(({ spec }) => foldedScale(spec));
  let clip: Tensor | undefined;
  if (clipNorm !== undefined) {
    const norm = globalNorm(trained, scales);
    outputs['gradient_norm'] = norm;
    clip = minimum(div(clipNorm, add(norm, 1e-6)), 1); // as torch.nn.utils.clip_grad_norm_
  }
  const values = new Map<string, Tensor>();
  trained.forEach(({ spec, tensor, gradient }, i) => {
    const state = Object.fromEntries(
      optimiser.stateNames.map((name) => [
        name,
        stateVector(optimiserKey(spec.key, name), gradient),
      ]),
    );
    const factor = rateFactor(spec.key, rateFactors);
    const updated = optimiser.update({
      value: flat(tensor),
      gradient: clip === undefined ? gradient : mul(gradient, clip),
      foldedScale: scales[i],
      state,
      learningRate: factor === 1 ? learningRate : mul(learningRate, factor),
      step,
      decays: spec.decays,
    });
    values.set(spec.key, updated.value);
    outputs[nextName(spec.key)] = updated.value;
    for (const [name, value] of Object.entries(updated.state)) {
      outputs[nextName(optimiserKey(spec.key, name))] = value;
    }
  });
  if (averageDecay === undefined) return outputs;
  for (const { key, value } of scope.declared.updates) values.set(key, flat(value));
  for (const [key, value] of values) {
    const average = stateVector(averageKey(key), value);
    outputs[nextName(averageKey(key))] = add(
      mul(average, averageDecay),
      mul(value, 1 - averageDecay),
    );
  }
  return outputs;
}

/** What the learning rate of a parameter is multiplied by. */
function rateFactor(key: string, factors: Readonly<Record<string, number>>): number {
  const names = Object.keys(factors).filter((name) => isUnder(key, name));
  const longest = names.reduce((best, name) => (name.length > best.length ? name : best), '');
  return factors[longest] ?? 1;
}

const isUnder = (key: string, name: string) => key === name || key.startsWith(`${name}.`);

function checkRateFactors(factors: Readonly<Record<string, number>>, keys: readonly string[]) {
  for (const [name, factor] of Object.entries(factors)) {
    if (!(factor > 0)) {
      throw new LeukoscopeError(
        'NN_OPTION',
        `rateFactors: the factor of ${name} must be above 0. Received ${factor}. Parameters that must not change are frozen.`,
      );
    }
    if (keys.some((key) => isUnder(key, name))) continue;
    throw new LeukoscopeError(
      'NN_OPTION',
      `rateFactors: ${name} must lead the name of a parameter. Received a model whose names begin with ${[...new Set(keys.map((key) => key.split('.')[0]))].join(', ')}.`,
    );
  }
}

function averagedKeys(scope: Scope, trained: readonly ParameterSpec[]): string[] {
  return [...trained.map(({ key }) => key), ...scope.declared.updates.map(({ key }) => key)];
}

/** √ Σ ‖g‖², with the gradients of the unfolded weights where a norm is folded in. */
function globalNorm(
  trained: readonly TrainedEntry[],
  scales: readonly (FoldedScale | undefined)[],
): Tensor {
  const squares = trained.map(({ gradient }, i) => {
    const g = scales[i]?.once(gradient) ?? gradient;
    return sum(mul(g, g));
  });
  return sqrt(squares.reduce((total, square) => add(total, square)));
}

function foldedScale(spec: ParameterSpec): FoldedScale | undefined {
  if (spec.foldedNorm === undefined) return undefined;
  const rows = spec.shape[0]!;
  const scale = reshape(parameter(`${spec.foldedNorm.key}.${foldedNames.scale}`, [rows]), [
    rows,
    1,
  ]);
  const byRow = (vector: Tensor, factor: Tensor) => flat(mul(reshape(vector, [rows, -1]), factor));
  return {
    once: (vector) => byRow(vector, scale),
    squared: (vector) => byRow(vector, mul(scale, scale)),
  };
}

function flat(tensor: Tensor): Tensor {
  return reshape(tensor, [-1]);
}

/** Declare a state vector as long as another tensor. */
function stateVector(key: string, like: Tensor): Tensor {
  return parameter(key, [elementCount(like.shape)]);
}

const nextName = (key: string) => `${key}.next`;

function toStepGraph(name: string, outputs: Record<string, Tensor>): StepGraph {
  const { model, inputKeys, parameterKeys } = emitGraph({ name, outputs: withStateLast(outputs) });
  const stateOutputs = Object.keys(outputs).filter((output) => output.endsWith('.next'));
  return {
    model: encodeOnnxModel(model),
    inputKeys,
    stateInputs: Object.fromEntries(parameterKeys.map((key) => [`${key}.flat`, key])),
    stateOutputs: Object.fromEntries(
      stateOutputs.map((output) => [output, output.slice(0, -'.next'.length)]),
    ),
  };
}

/** Numbers first, state behind: forward and backward run before any update needs its buffers. */
function withStateLast(outputs: Record<string, Tensor>): Record<string, Tensor> {
  const entries = Object.entries(outputs);
  const isState = ([name]: [string, Tensor]) => name.endsWith('.next');
  return Object.fromEntries([...entries.filter((e) => !isState(e)), ...entries.filter(isState)]);
}
