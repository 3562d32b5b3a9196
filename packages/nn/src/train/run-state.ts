/** @file One trainer's share of a runtime's state: several trainers in one runtime must not mix. */
import type { TensorData } from '@leukoscope/core';
import type { TensorMap } from '../runtime/host.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { StepGraph } from './training-graph.ts';

/** State under plain keys; in the runtime each carries the trainer's own prefix. */
export interface RunState {
  write(values: Iterable<readonly [string, TensorData]>): Promise<void>;
  read(keys: readonly string[]): Promise<Map<string, TensorData>>;
  /** Free everything written or made by steps. */
  drop(): Promise<void>;
  /** The wiring of a step's graph to this state. */
  wire(graph: StepGraph): Pick<StepGraph, 'stateInputs' | 'stateOutputs'>;
}

let nextPrefix = 1;

/** Make an own corner of a runtime's state. */
export function createRunState(runtime: Runtime): RunState {
  const prefix = `${nextPrefix++}:`;
  const used = new Set<string>();
  const wireOne = (wiring: Readonly<Record<string, string>>) =>
    Object.fromEntries(
      Object.entries(wiring).map(([name, key]) => {
        used.add(prefix + key);
        return [name, prefix + key];
      }),
    );
  return {
    async write(values) {
      const prefixed: Record<string, TensorData> = {};
      for (const [key, value] of values) prefixed[prefix + key] = value;
      for (const key of Object.keys(prefixed)) used.add(key);
      await runtime.writeState(prefixed satisfies TensorMap);
    },
    async read(keys) {
      const values = await runtime.readState(keys.map((key) => prefix + key));
      return new Map(
        Object.entries(values).map(([key, value]) => [key.slice(prefix.length), value]),
      );
    },
    async drop() {
      await runtime.dropState([...used]);
      used.clear();
    },
    wire: ({ stateInputs, stateOutputs }) => ({
      stateInputs: wireOne(stateInputs),
      stateOutputs: wireOne(stateOutputs),
    }),
  };
}
