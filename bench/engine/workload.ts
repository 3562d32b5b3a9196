/** @file What timed networks have in common: one thing to run again and again, pictures, a network that looks at one. */
import { createRandom, float32, type TensorData } from '@leukoscope/core';
import type { ConfiguredModel } from '@leukoscope/models';
import { buildInferenceModel, createScope, initialValues } from '@leukoscope/nn';
import { openRuntime } from '@leukoscope/nn/runtime';

/** One timed thing: run it once per call. */
export interface Workload {
  run(): Promise<unknown>;
  close(): Promise<void>;
}

/** Noise of 0..255. */
export function picture(count: number, width: number, height: number): TensorData<'float32'> {
  const random = createRandom(2);
  const length = count * 3 * width * height;
  const data = Float32Array.from({ length }, () => random.next() * 255);
  return float32(data, [count, 3, height, width]);
}

/** A network with the weights of a start, and one picture. */
export async function look(
  model: ConfiguredModel,
  image: TensorData<'float32'>,
): Promise<Workload> {
  const scope = createScope({ mode: 'infer' });
  model.inference(scope);
  const specs = [...scope.declared.parameters.values()];
  const weights = initialValues(specs, createRandom(1), new Map());
  const runtime = openRuntime({ host: 'inline' });
  const session = await runtime.load(buildInferenceModel((at) => model.inference(at), weights));
  return { run: () => session.run({ image }), close: () => runtime.close() };
}
