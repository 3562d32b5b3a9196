/** @file Trains whatever gives levels for a few steps towards flat maps, and says what moved. */
import { createRandom, float32, type TensorData } from '@leukoscope/core';
import {
  add,
  createScope,
  createTrainer,
  input,
  mean,
  mul,
  type Scope,
  sgd,
  sub,
  type Tensor,
} from '@leukoscope/nn';
import { openRuntime } from '@leukoscope/nn/runtime';

/** What a short training did. */
export interface ShortTraining {
  /** Loss before each step. */
  readonly losses: readonly number[];
  /** Keys of values that differ after it, sorted. */
  readonly moved: readonly string[];
  /** Keys of all others, sorted. */
  readonly kept: readonly string[];
}

/** A picture of noise, N images of 3 channels. */
export function noiseImage(images: number, side: number, seed = 1): TensorData<'float32'> {
  const random = createRandom(seed);
  const data = Float32Array.from({ length: images * 3 * side * side }, () => random.normal());
  return float32(data, [images, 3, side, side]);
}

/** Train the maps towards 1: mean (map - 1)², so that every layer must be reached by a gradient. */
export async function trainLevels(
  build: (scope: Scope, image: Tensor) => readonly Tensor[],
  options: {
    readonly side: number;
    /** @default 2 */
    readonly steps?: number;
    /** @default 1e-3 */
    readonly learningRate?: number;
    readonly frozen?: readonly string[];
  },
): Promise<ShortTraining> {
  const { side, steps = 2, learningRate = 1e-3, frozen = [] } = options;
  const runtime = openRuntime({ host: 'inline', threads: 1, spinning: false });
  try {
    const image = noiseImage(2, side);
    const trainer = await createTrainer({
      runtime,
      seed: 1,
      frozen,
      optimiser: sgd({ momentum: 0 }),
      build: (scope) => {
        const losses = build(scope, input('image', image.shape)).map((map) => {
          const error = sub(map, 1);
          return mean(mul(error, error));
        });
        return { loss: losses.reduce((total, loss) => add(total, loss)) };
      },
    });
    const before = await trainer.weights();
    const losses: number[] = [];
    for (let i = 0; i < steps; i++)
      losses.push((await trainer.train({ image }, learningRate))['loss']!);
    const after = await trainer.weights();
    await trainer.dispose();
    const keys = [...before.keys()].sort();
    const hasMoved = (key: string) => {
      const old = before.get(key)!.data;
      return after.get(key)!.data.some((value, i) => value !== old[i]);
    };
    return {
      losses,
      moved: keys.filter(hasMoved),
      kept: keys.filter((key) => !hasMoved(key)),
    };
  } finally {
    await runtime.close();
  }
}

/**
 * Leave out MobileNetV2's norm scales in front of depthwise convolutions: the norm behind takes a positive
 * scale of one channel away again, so that no gradient reaches it at first.
 */
export function withoutLostScales(keys: readonly string[]): string[] {
  return keys.filter((key) => !/\bfeatures\.([2-9]|1\d)\.conv\.0\.1\.weight$/.test(key));
}

/** The keys that a network declares. */
export function keysOf(build: (scope: Scope) => unknown, mode: 'train' | 'infer' = 'train') {
  const scope = createScope({ mode });
  build(scope);
  return [...scope.declared.parameters.keys()];
}
