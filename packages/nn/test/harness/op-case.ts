/**
 * @file A case of an op: inputs, our graph, and its twin in float64. check-cases.ts makes tests of them,
 * scripts/op-table-page.ts counts them.
 */
import type { DType } from '@leukoscope/core';
import { gradients, input, mul, type OpName, sum, type Tensor } from '@leukoscope/nn';
import { sortNodes } from '../../src/graph/sort-nodes.ts';
import { add } from '../../src/ops/elementwise.ts';
import type { Nd } from './nd.ts';

/** How an input is filled; generate.py knows the same kinds. */
export type InputSpec =
  /** Uniform in [low, high); `whole` rounds down, so that ties are common. */
  | {
      readonly kind: 'real' | 'whole';
      readonly shape: Shape;
      readonly low: number;
      readonly high: number;
    }
  | { readonly kind: 'index'; readonly shape: Shape; readonly low: number; readonly high: number }
  | { readonly kind: 'truth'; readonly shape: Shape }
  | {
      readonly kind: 'fixed';
      readonly shape: Shape;
      readonly dtype: 'float32' | 'int64';
      readonly values: readonly number[];
    };

type Shape = readonly number[];

/** Functions that are built from several ops of the table and checked as a whole. */
export type CompositeName =
  | 'adaptiveAveragePool'
  | 'betweenMask'
  | 'fitImage'
  | 'globalAveragePool'
  | 'groupNorm'
  | 'l2Norm'
  | 'oneHot'
  | 'resizeBilinear'
  | 'roiAlign'
  | 'silu';

/** One case. */
export interface OpCase {
  /** The op (or composite) that the case is about. */
  readonly op: OpName | CompositeName;
  /** Unique within the family; the key in the fixture. */
  readonly name: string;
  readonly inputs: readonly InputSpec[];
  readonly build: (...inputs: Tensor[]) => Tensor | readonly Tensor[];
  readonly twin: (...inputs: Nd[]) => Nd | readonly Nd[];
  /** Inputs to differentiate. @default all of kind 'real', none for ops without gradient */
  readonly differentiate?: readonly number[];
  /** False where the slope is not defined by differences (ties); PyTorch alone is the judge then. @default true */
  readonly differences?: boolean;
  /** False where PyTorch has no counterpart. @default true */
  readonly recorded?: boolean;
}

/** Real numbers, uniform. */
export const real = (shape: Shape, low = -1, high = 1): InputSpec => ({
  kind: 'real',
  shape,
  low,
  high,
});
/** Whole float32 numbers, so that ties occur. */
export const whole = (shape: Shape, low: number, high: number): InputSpec => ({
  kind: 'whole',
  shape,
  low,
  high,
});
/** Whole int64 numbers. */
export const index = (shape: Shape, low: number, high: number): InputSpec => ({
  kind: 'index',
  shape,
  low,
  high,
});
/** Truth values. */
export const truth = (shape: Shape): InputSpec => ({ kind: 'truth', shape });
/** Given values. */
export const fixed = (
  dtype: 'float32' | 'int64',
  shape: Shape,
  values: readonly number[],
): InputSpec => ({ kind: 'fixed', shape, dtype, values });

/** The dtype that an input has in the graph. */
export const dtypeOf = (spec: InputSpec): DType => {
  if (spec.kind === 'index') return 'int64';
  if (spec.kind === 'truth') return 'bool';
  return spec.kind === 'fixed' ? spec.dtype : 'float32';
};

/** One or several as several. */
export const list = <T>(one: T | readonly T[]): readonly T[] =>
  Array.isArray(one) ? one : [one as T];

/** The graph of a case: outputs, and gradients of Σ weights · outputs for the inputs asked for. */
export function buildCase(c: OpCase) {
  const inputs = c.inputs.map((spec, i) => input(`input${i}`, spec.shape, dtypeOf(spec)));
  const outputs = list(c.build(...inputs));
  const differentiate = c.differentiate ?? defaultDifferentiate(c, outputs);
  const floats = outputs.flatMap((output, k) => (output.dtype === 'float32' ? [k] : []));
  const weights = floats.map((k) => input(`weight${k}`, outputs[k]!.shape));
  const terms = floats.map((k, i) => sum(mul(outputs[k]!, weights[i]!)));
  const wanted = differentiate.map((i) => inputs[i]!);
  const found = wanted.length === 0 ? [] : gradients(terms.reduce(add), wanted);
  return { inputs, outputs, differentiate, found };
}

function defaultDifferentiate(c: OpCase, outputs: readonly Tensor[]): readonly number[] {
  const isDifferentiable = sortNodes(outputs).every(
    ({ op }) => op.gradient !== 'none' || ['input', 'parameter', 'constant'].includes(op.name),
  );
  if (!isDifferentiable) return [];
  return c.inputs.flatMap((spec, i) => (spec.kind === 'real' ? [i] : []));
}
