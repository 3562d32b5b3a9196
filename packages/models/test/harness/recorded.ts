/** @file Holds a network's outputs against those recorded in fixtures/models. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { elementCount, float32, type Shape, type TensorData } from '@leukoscope/core';
import {
  buildInferenceModel,
  createScope,
  input,
  matchWeights,
  type RenameRule,
  requireFullMatch,
  type Scope,
  type Tensor,
} from '@leukoscope/nn';
import { openRuntime } from '@leukoscope/nn/runtime';
import { expect } from 'vitest';
import { noise } from '../../../nn/test/harness/noise.ts';

/** One output, boiled down. */
interface RecordedOutput {
  readonly shape: Shape;
  /** Root mean square of all elements. */
  readonly rms: number;
  /** Elements at hashed places. */
  readonly values: readonly number[];
}

/** What another program gave for one network. */
export interface RecordedNetwork {
  readonly image: Shape;
  /** Names and shapes of its parameters as one number; darknet has no names. */
  readonly digest?: string;
  /** The same in full, where they are renamed. */
  readonly shapes?: Readonly<Record<string, Shape>>;
  readonly outputs: Readonly<Record<string, RecordedOutput>>;
}

/** Builds named outputs. */
export type Builder = (scope: Scope, image: Tensor) => Readonly<Record<string, Tensor>>;

const imageStream = 39_000;
const pointStream = 38_000;
const weightStream = 40_000;

/** Read recorded networks by name. */
export function parseRecorded(name: string): Readonly<Record<string, RecordedNetwork>> {
  const url = new URL(`../../../../fixtures/models/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(url, 'utf8')) as Record<string, RecordedNetwork>;
}

/** Range of a value by the end of its name, as `limits` of torchvision_cases.py. */
function limits(key: string, shape: Shape): readonly [number, number] {
  if (key.endsWith('running_var')) return [0.5, 1.5];
  if (key.endsWith('running_mean')) return [-0.1, 0.1];
  if (key.endsWith('bn3.weight')) return [0.2, 0.4];
  if (shape.length === 1) return key.endsWith('weight') ? [0.8, 1.2] : [-0.1, 0.1];
  const limit = Math.sqrt(6 / elementCount(shape.slice(1)));
  return [-limit, limit];
}

/** The values that torchvision's network was filled with. */
function hashedWeights(shapes: Readonly<Record<string, Shape>>): Map<string, TensorData> {
  return new Map(
    Object.keys(shapes)
      .sort()
      .map((key, i) => {
        const shape = shapes[key]!;
        const data = noise(weightStream + i, elementCount(shape), ...limits(key, shape));
        return [key, float32(data, shape)];
      }),
  );
}

/** Names and shapes of a network's parameters. */
function shapesOf(build: Builder, image: Shape): Record<string, Shape> {
  const scope = createScope({ mode: 'infer' });
  build(scope, input('image', image));
  return Object.fromEntries(
    [...scope.declared.parameters.values()].map(({ key, shape }) => [key, shape]),
  );
}

function digest(shapes: Readonly<Record<string, Shape>>): string {
  const lines = Object.keys(shapes)
    .sort()
    .map((key) => `${key} ${shapes[key]!.join(',')}`);
  return createHash('sha256').update(lines.join('\n')).digest('hex');
}

/** Expect torchvision's names, shapes and, with its weights, its outputs. */
export async function expectTorchvision(
  recorded: RecordedNetwork,
  build: Builder,
  options: { readonly rename?: readonly RenameRule[]; readonly tolerance?: number } = {},
): Promise<void> {
  const wanted = shapesOf(build, recorded.image);
  if (options.rename === undefined) {
    expect(digest(wanted), 'names and shapes of the state dict').toBe(recorded.digest);
    return expectOutputs(recorded, build, hashedWeights(wanted), options.tolerance);
  }
  const parameters = Object.entries(wanted).map(([key, shape]) => ({ key, shape }));
  const match = matchWeights(parameters, hashedWeights(recorded.shapes!), options);
  // The file holds layers that belong to the detector's head.
  requireFullMatch(match, { allowLeftOver: true });
  return expectOutputs(recorded, build, match.matched, options.tolerance);
}

/** Expect the recorded outputs from these weights, within a share of each output's root mean square. */
export async function expectOutputs(
  recorded: RecordedNetwork,
  build: Builder,
  weights: ReadonlyMap<string, TensorData>,
  tolerance = 1e-4,
): Promise<void> {
  const { image, outputs } = recorded;
  const model = buildInferenceModel((scope) => build(scope, input('image', image)), weights);
  const runtime = openRuntime({ host: 'inline', threads: 2, spinning: false });
  try {
    const session = await runtime.load(model);
    const found = await session.run({
      image: float32(noise(imageStream, elementCount(image)), image),
    });
    expect(Object.keys(found).sort()).toEqual(Object.keys(outputs).sort());
    for (const [name, expected] of Object.entries(outputs)) {
      const { shape, data } = found[name]!;
      expect(shape, name).toEqual(expected.shape);
      const numbers = data as Float32Array;
      const rms = Math.sqrt(numbers.reduce((total, v) => total + v * v, 0) / numbers.length);
      expect(Math.abs(rms / expected.rms - 1), `${name}: root mean square`).toBeLessThan(tolerance);
      const places = noise(pointStream, expected.values.length, 0, 1);
      const errors = expected.values.map((value, i) =>
        Math.abs(numbers[Math.floor(places[i]! * numbers.length)]! - value),
      );
      expect(Math.max(...errors) / expected.rms, `${name}: largest error`).toBeLessThan(tolerance);
    }
  } finally {
    await runtime.close();
  }
}
