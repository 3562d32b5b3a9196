/**
 * @file Trains a model: holds its state in a runtime and makes one step at a time.
 *
 * Everything random comes from the seed and the step's number, so a run that is saved and resumed
 * equals an uninterrupted one bit for bit on the same machine.
 */
import { createRandom, LeukoscopeError, type Random, type TensorData } from '@leukoscope/core';
import { emitGraph } from '../emit/emit-graph.ts';
import type { Tensor } from '../graph/tensor.ts';
import { encodeOnnxModel } from '../onnx/write-model.ts';
import { foldValues, unfoldValues } from '../params/fold.ts';
import { createScope, type NoiseSpec, type ParameterSpec, type Scope } from '../params/scope.ts';
import type { TensorMap } from '../runtime/host.ts';
import { createInTurn } from '../runtime/in-turn.ts';
import type { Runtime, Session } from '../runtime/runtime.ts';
import type { Checkpoint } from './checkpoint.ts';
import { createRunState } from './run-state.ts';
import {
  buildTrainingGraph,
  type LossAndMetrics,
  learningRateKey,
  type StepGraph,
  stepKey,
  type TrainingGraph,
  type TrainingGraphOptions,
} from './training-graph.ts';

/** What a trainer needs. */
export interface TrainerOptions extends TrainingGraphOptions {
  readonly runtime: Runtime;
  /** Declare inputs, apply the model, return the loss. Runs once. */
  readonly build: (scope: Scope) => LossAndMetrics;
  readonly seed: number;
  /** Parameters that are not trained, by whole leading names (`layer1` covers `layer1.0.conv1.weight`). */
  readonly frozen?: readonly string[];
  /** Weights to begin with; the others are initialised from the seed. */
  readonly weights?: ReadonlyMap<string, TensorData>;
  /** Whatever the caller wants to find in the checkpoint. Plain JSON. */
  readonly config?: unknown;
}

/** Numbers of one step: the loss and the model's metrics. */
export type StepReport = Readonly<Record<string, number>>;

/** A model in training. */
export interface Trainer {
  /** Updates made so far. */
  readonly step: number;
  readonly parameters: readonly ParameterSpec[];
  /** Make one update from one batch (or `accumulate` batches). */
  train(batches: TensorMap | readonly TensorMap[], learningRate: number): Promise<StepReport>;
  /** Weights as files hold them; `averaged`: the averaged ones. */
  weights(kind?: 'current' | 'averaged'): Promise<Map<string, TensorData>>;
  /** Everything needed to go on later. */
  checkpoint(): Promise<Checkpoint>;
  /**
   * Go on from a checkpoint of the same model and options. With `carryOver` other parameters may be frozen
   * than before: what the optimiser keeps of those that are new to it begins at 0.
   */
  restore(checkpoint: Checkpoint, options?: { readonly carryOver?: boolean }): Promise<void>;
  dispose(): Promise<void>;
}

/** Build the graphs, initialise the state, and load both into the runtime. */
export async function createTrainer(options: TrainerOptions): Promise<Trainer> {
  const { runtime, seed, optimiser } = options;
  const scope = createScope({ mode: 'train', frozen: options.frozen ?? [] });
  const graph = buildTrainingGraph(scope, options.build(scope), options);
  const specs = [...scope.declared.parameters.values()];
  const parameterKeys = specs.map(({ key }) => key);
  const state = createRunState(runtime);
  let unfolded = initialValues(specs, createRandom(seed), options.weights ?? new Map());
  let step = 0;
  // An update may be several runs: nothing may come between them, or two steps share a number.
  const inTurn = createInTurn();

  const writeParameters = async (values: Map<string, TensorData>) => {
    unfolded = values;
    await state.write(foldValues(values, specs));
  };
  const writeFresh = async () => {
    await writeParameters(unfolded);
    const zeros = [...graph.zeroState].map(
      ([key, count]) => [key, vector(new Float32Array(count))] as const,
    );
    await state.write(zeros);
    const folded = foldValues(unfolded, specs);
    await state.write([...graph.averages].map(([key, average]) => [average, folded.get(key)!]));
  };
  await writeFresh();
  const sessions: Session[] = [];
  for (const step of graph.micro) sessions.push(await runtime.load(step.model, state.wire(step)));

  /** The graph of micro-step i of n: first, middle ..., last. */
  const graphIndex = (i: number, n: number) =>
    i === n - 1 ? graph.micro.length - 1 : i === 0 ? 0 : 1;

  const stateKeys = [...parameterKeys, ...graph.zeroState.keys(), ...graph.averages.values()];

  return {
    get step() {
      return step;
    },
    parameters: specs,
    train: (given, learningRate) =>
      inTurn(async () => {
        const batches = Array.isArray(given)
          ? (given as readonly TensorMap[])
          : [given as TensorMap];
        const wanted = options.accumulate ?? 1;
        if (batches.length !== wanted) {
          throw new LeukoscopeError(
            'NN_FEED',
            `train must get ${wanted} batch(es), as accumulate says. Received ${batches.length}.`,
          );
        }
        const reports: TensorMap[] = [];
        for (const [i, batch] of batches.entries()) {
          const index = graphIndex(i, batches.length);
          const own = ownFeeds(graph.micro[index]!, scope.declared.noises, {
            seed,
            step,
            micro: i,
            learningRate,
          });
          reports.push(await sessions[index]!.run({ ...batch, ...own }));
        }
        step += 1;
        return averageReports(reports);
      }),
    weights: (kind = 'current') =>
      inTurn(async () => {
        if (kind === 'averaged' && graph.averages.size === 0) {
          throw new LeukoscopeError(
            'NN_OPTION',
            'averaged weights need the option averageDecay. Received none.',
          );
        }
        const stored = await state.read(parameterKeys);
        const trained = new Map(
          specs.map((spec) => [spec.key, shaped(spec, stored.get(spec.key)!)]),
        );
        if (kind === 'averaged') {
          const averages = await state.read([...graph.averages.values()]);
          for (const spec of specs) {
            const average = averages.get(graph.averages.get(spec.key) ?? '');
            if (average !== undefined) trained.set(spec.key, shaped(spec, average));
          }
        }
        return unfoldValues(trained, unfolded, specs);
      }),
    checkpoint: () =>
      inTurn(async () => {
        const saved = await state.read(stateKeys);
        for (const [key, value] of unfolded) {
          // The unfolded start is kept too: dead channels and exact unfolding need it.
          if (specs.some((spec) => spec.key === key && spec.foldedNorm !== undefined)) {
            saved.set(`${key}@unfolded`, vector(value.data as Float32Array));
          }
        }
        return {
          state: saved,
          step,
          seed,
          optimiser: { name: optimiser.name, ...optimiser.settings },
          config: options.config ?? null,
        };
      }),
    restore: (given, { carryOver = false } = {}) =>
      inTurn(async () => {
        const checkpoint = carryOver ? withFreshState(given, graph) : given;
        checkCompatible(checkpoint, stateKeys, graph.zeroState, optimiser.name);
        if (checkpoint.seed !== seed) {
          throw new LeukoscopeError(
            'NN_CHECKPOINT',
            `the checkpoint's seed must be the trainer's (${seed}). Received ${checkpoint.seed}.`,
          );
        }
        const values = new Map(
          specs.map((spec) => {
            const stored =
              checkpoint.state.get(`${spec.key}@unfolded`) ?? checkpoint.state.get(spec.key)!;
            return [spec.key, shaped(spec, stored)];
          }),
        );
        await writeParameters(values);
        // Folding again could differ in the last bit; the stored state is exact.
        await state.write(stateKeys.map((key) => [key, checkpoint.state.get(key)!]));
        step = checkpoint.step;
      }),
    dispose: () =>
      inTurn(async () => {
        for (const session of sessions) await session.dispose();
        await state.drop();
      }),
  };
}

/** Build the inference graph of a model with its weights inside, as ONNX bytes. */
export function buildInferenceModel(
  build: (scope: Scope) => Readonly<Record<string, Tensor>>,
  weights: ReadonlyMap<string, TensorData>,
  options: { readonly name?: string; readonly metadata?: Readonly<Record<string, string>> } = {},
): Uint8Array {
  const scope = createScope({ mode: 'infer' });
  const outputs = build(scope);
  const specs = [...scope.declared.parameters.values()];
  const missing = specs.filter(({ key }) => !weights.has(key)).map(({ key }) => key);
  if (missing.length > 0) {
    throw new LeukoscopeError(
      'NN_PARAMETER',
      `weights must hold every parameter of the model. Received none for ${missing.slice(0, 5).join(', ')}${missing.length > 5 ? ` and ${missing.length - 5} more` : ''}.`,
    );
  }
  const { model } = emitGraph({
    name: options.name ?? 'model',
    outputs,
    parameterValues: foldValues(weights, specs),
    metadata: options.metadata ?? {},
  });
  return encodeOnnxModel(model);
}

/** First values of every parameter: given ones, the others from the seed and the key alone. */
export function initialValues(
  specs: readonly ParameterSpec[],
  random: Random,
  given: ReadonlyMap<string, TensorData>,
): Map<string, TensorData> {
  return new Map(
    specs.map((spec) => {
      const value = given.get(spec.key);
      if (value !== undefined) return [spec.key, shaped(spec, value)];
      const data = spec.initialise(spec.shape, random.fork(spec.key));
      return [spec.key, { dtype: 'float32', shape: spec.shape, data }];
    }),
  );
}

function shaped(spec: ParameterSpec, value: TensorData): TensorData<'float32'> {
  const count = spec.shape.reduce((product, extent) => product * extent, 1);
  if (!(value.data instanceof Float32Array) || value.data.length !== count) {
    throw new LeukoscopeError(
      'NN_PARAMETER',
      `${spec.key} must be float32[${spec.shape.join(', ')}]. Received ${value.dtype}[${value.shape.join(', ')}].`,
    );
  }
  return { dtype: 'float32', shape: spec.shape, data: value.data };
}

interface StepFacts {
  readonly seed: number;
  readonly step: number;
  readonly micro: number;
  readonly learningRate: number;
}

/** Learning rate, step number and noise, as far as the graph takes them. */
function ownFeeds(graph: StepGraph, noises: readonly NoiseSpec[], facts: StepFacts): TensorMap {
  const feeds: Record<string, TensorData> = {};
  const takes = (key: string) => graph.inputKeys.includes(key);
  if (takes(learningRateKey)) feeds[learningRateKey] = scalar(facts.learningRate);
  if (takes(stepKey)) feeds[stepKey] = scalar(facts.step + 1);
  const random = createRandom(facts.seed).fork('noise').fork(facts.step).fork(facts.micro);
  for (const { key, shape } of noises) {
    if (!takes(key)) continue;
    const stream = random.fork(key);
    const count = shape.reduce((product, extent) => product * extent, 1);
    const data = new Float32Array(count);
    for (let i = 0; i < count; i++) data[i] = stream.next();
    feeds[key] = { dtype: 'float32', shape, data };
  }
  return feeds;
}

function scalar(value: number): TensorData<'float32'> {
  return { dtype: 'float32', shape: [], data: Float32Array.of(value) };
}

function vector(data: Float32Array): TensorData<'float32'> {
  return { dtype: 'float32', shape: [data.length], data };
}

function averageReports(reports: readonly TensorMap[]): StepReport {
  const totals: Record<string, number[]> = {};
  for (const report of reports) {
    for (const [name, value] of Object.entries(report)) {
      totals[name] = [...(totals[name] ?? []), Number(value.data[0])];
    }
  }
  return Object.fromEntries(
    Object.entries(totals).map(([name, values]) => [
      name,
      values.reduce((a, b) => a + b, 0) / values.length,
    ]),
  );
}

/** Fill in what the optimiser keeps and what is averaged, where the checkpoint knows nothing of it. */
function withFreshState(checkpoint: Checkpoint, graph: TrainingGraph): Checkpoint {
  const state = new Map(checkpoint.state);
  for (const [key, count] of graph.zeroState)
    if (!state.has(key)) state.set(key, vector(new Float32Array(count)));
  for (const [key, average] of graph.averages) {
    const value = checkpoint.state.get(key);
    if (!state.has(average) && value !== undefined) state.set(average, value);
  }
  return { ...checkpoint, state };
}

function checkCompatible(
  checkpoint: Checkpoint,
  keys: readonly string[],
  lengths: ReadonlyMap<string, number>,
  optimiserName: string,
): void {
  const missing = keys.filter((key) => !checkpoint.state.has(key));
  if (missing.length > 0 || checkpoint.optimiser['name'] !== optimiserName) {
    throw new LeukoscopeError(
      'NN_CHECKPOINT',
      `the checkpoint must be of this model with ${optimiserName}. Received one with ${String(checkpoint.optimiser['name'])}${missing.length > 0 ? ` that lacks ${missing.slice(0, 3).join(', ')}` : ''}.`,
    );
  }
  for (const [key, length] of lengths) {
    const { data } = checkpoint.state.get(key)!;
    if (data.length === length) continue;
    throw new LeukoscopeError(
      'NN_CHECKPOINT',
      `the checkpoint's ${key} must hold ${length} numbers. Received ${data.length}.`,
    );
  }
}
