/**
 * @file The data part of the loss of `fitHead` as a graph: one run gives the loss of each cell and the gradient of all.
 *
 *   l_n = c_n (-ln Σ_{k allowed} p_nk)   or   c_n (-Σ_k q_nk ln p_nk),    p_n = softmax(z°_n + V x_n + b)
 *
 * Two products of matrices are nearly all of a fit, and ONNX Runtime multiplies ten times faster than a loop.
 */
import { float32, type TensorData, tensorData } from '@leukoscope/core';
import {
  add,
  constant,
  emitGraph,
  encodeOnnxModel,
  exp,
  gradients,
  input,
  log,
  logSoftmax,
  matmul,
  max,
  mul,
  neg,
  stopGradient,
  sub,
  sum,
  where,
} from '@leukoscope/nn';
import type { Runtime } from '@leukoscope/nn/runtime';

/** What the loss is of. */
export interface FitGraphRequest {
  /** x [N][F], standardised. */
  readonly features: Float32Array;
  /** z° [N][K]: logits of the parent's layer. */
  readonly before: Float64Array;
  /** [N][K]: 1 for classes that a cell may be. */
  readonly allowed: Uint8Array;
  /** q [N][K]; rows of 0 leave it to the label. */
  readonly kept: Float64Array | undefined;
  /** c [N] */
  readonly counts: Float64Array;
  readonly K: number;
}

/** Loss and gradient at a change of the layer: V [K][F], then b [K]. */
export interface FitGraph {
  at(change: Float64Array, gradient: Float64Array): Promise<number>;
  close(): Promise<void>;
}

/** ln p of a class that a label does not allow: e to its power is 0, and nothing flows through it. */
const impossible = -1e4;

/** Load the loss of some cells. */
export async function openFitGraph(request: FitGraphRequest, runtime: Runtime): Promise<FitGraph> {
  const { K } = request;
  const F = request.features.length / request.counts.length;
  const session = await runtime.load(encodeOnnxModel(buildFitGraph(request, F)));
  return {
    async at(change, gradient) {
      const { losses, byWeight, byBias } = await session.run({
        weights: float32(change.subarray(0, K * F), [K, F]),
        bias: float32(change.subarray(K * F), [K]),
      });
      gradient.set(numbersOf(byWeight));
      gradient.set(numbersOf(byBias), K * F);
      // Summed here, in float64: float32 would hide what the last steps gain.
      return numbersOf(losses).reduce((all, loss) => all + loss, 0);
    },
    close: () => session.dispose(),
  };
}

function buildFitGraph(request: FitGraphRequest, F: number) {
  const { features, before, allowed, kept, counts, K } = request;
  const N = counts.length;
  const table = (values: ArrayLike<number>, width: number) => constant(float32(values, [N, width]));
  const x = constant(tensorData('float32', [N, F], features));
  const weights = input('weights', [K, F]);
  const bias = input('bias', [K]);
  const z = add(add(table(before, K), matmul(x, weights, { transposeB: true })), bias);
  const logP = logSoftmax(z);
  const isAllowed = constant(tensorData('bool', [N, K], allowed));
  const ofAllowed = where(isAllowed, logP, impossible);
  const highest = stopGradient(max(ofAllowed, [1], true));
  const named = neg(add(highest, log(sum(exp(sub(ofAllowed, highest)), [1], true))));
  const losses =
    kept === undefined
      ? named
      : where(keepsOf(kept, K), neg(sum(mul(table(kept, K), logP), [1], true)), named);
  const counted = mul(table(counts, 1), losses);
  const [byWeight, byBias] = gradients(sum(counted), [weights, bias]);
  const { model } = emitGraph({
    name: 'fit-head',
    outputs: { losses: counted, byWeight: byWeight!, byBias: byBias! },
  });
  return model;
}

/** [N, 1]: cells that are to keep an answer. */
function keepsOf(kept: Float64Array, K: number) {
  const N = kept.length / K;
  const keeps = Uint8Array.from({ length: N }, (_, n) =>
    Number(kept.subarray(n * K, (n + 1) * K).some((share) => share > 0)),
  );
  return constant(tensorData('bool', [N, 1], keeps));
}

function numbersOf(value: TensorData | undefined): Float32Array {
  return value!.data as Float32Array;
}
