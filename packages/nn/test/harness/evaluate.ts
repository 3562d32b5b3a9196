/** @file Runs small graphs on ONNX Runtime in the test's own thread. */
import type { TensorData } from '@leukoscope/core';
import { emitGraph, encodeOnnxModel, type Tensor } from '@leukoscope/nn';
import { openRuntime, type Runtime, type TensorMap } from '@leukoscope/nn/runtime';

// One per test file: opening costs nothing, and sessions are disposed after use.
const runtime: Runtime = openRuntime({ host: 'inline', threads: 1 });

/** A graph that is loaded once and run on several feeds. */
export interface LoadedGraph {
  run(feeds: TensorMap): Promise<TensorMap>;
  dispose(): Promise<void>;
}

/** Write and load the graph behind some outputs; its parameters must have values. */
export async function loadGraph(
  outputs: Readonly<Record<string, Tensor>>,
  parameterValues: ReadonlyMap<string, TensorData> = new Map(),
): Promise<LoadedGraph> {
  const { model, inputKeys } = emitGraph({ name: 'test', outputs, parameterValues });
  const session = await runtime.load(encodeOnnxModel(model));
  return {
    // Inputs that no output needs are not part of the graph, and feeding them would be refused.
    run: (feeds) => session.run(Object.fromEntries(inputKeys.map((key) => [key, feeds[key]!]))),
    dispose: () => session.dispose(),
  };
}

/** Work out some outputs once. */
export async function evaluate(
  outputs: Readonly<Record<string, Tensor>>,
  feeds: TensorMap = {},
  parameterValues: ReadonlyMap<string, TensorData> = new Map(),
): Promise<TensorMap> {
  const graph = await loadGraph(outputs, parameterValues);
  try {
    return await graph.run(feeds);
  } finally {
    await graph.dispose();
  }
}
