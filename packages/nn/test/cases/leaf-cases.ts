/** @file Cases of the ways into a graph. A parameter's values come from outside: given by the harness. */
import { constant, parameter } from '@leukoscope/nn';
import { type OpCase, real } from '../harness/op-case.ts';

export const leafCases: readonly OpCase[] = [
  {
    op: 'input',
    name: 'input passes what is fed',
    inputs: [real([3, 5])],
    build: (x) => x!,
    twin: (x) => x!,
    recorded: false,
  },
  {
    op: 'parameter',
    name: 'parameter enters flat and is used in its shape',
    inputs: [],
    // The harness gives parameters the values 0, 1, 2, ...
    build: () => parameter('w', [2, 3]),
    twin: () => ({ shape: [2, 3], data: Float64Array.of(0, 1, 2, 3, 4, 5) }),
    recorded: false,
  },
  {
    op: 'constant',
    name: 'constant holds its values',
    inputs: [],
    build: () => constant({ dtype: 'float32', shape: [3], data: Float32Array.of(1, -2, 0.5) }),
    twin: () => ({ shape: [3], data: Float64Array.of(1, -2, 0.5) }),
    recorded: false,
  },
];
