/**
 * @file Fits the last layer of a refiner to cells whose types are known, near the layer that it had.
 *
 *   loss = Σ_n c_n (-ln Σ_{k allowed} p_nk) / Σ_n c_n  +  λ/2 Σ_kf v_kf²,    v_kf = σ_f (W_kf - W°_kf)
 *
 * or -Σ_k q_nk ln p_nk for a cell that is to keep the answer q (Li & Hoiem 2016). W° is the parent's layer and σ_f the
 * spread of a feature: where few cells say little, the parent's word stays. A coarse label trains the sum of what it
 * allows, as in training (decision 0081). Full batch and no chance: the same cells give the same layer.
 */
import type { TypeHead } from '@leukoscope/models';
import type { Runtime } from '@leukoscope/nn/runtime';
import { openFitGraph } from './fit-graph.ts';
import { minimise } from './minimise.ts';

/** Cells to fit on. */
export interface FitExamples {
  /** [N][F], flat. */
  readonly features: Float32Array;
  /** [N][K], flat: 1 for classes that a cell may be. */
  readonly allowed: Uint8Array;
  /** How much each cell counts. */
  readonly counts: Float64Array;
  /** [N][K], flat: the answer q that a cell is to keep, in place of its label; rows of 0 leave it to the label. @default none */
  readonly kept?: Float64Array;
}

/** How to fit. */
export interface FitHeadOptions {
  /** Works the loss out. */
  readonly runtime: Runtime;
  /** λ: how strongly the layer is held to its parent. */
  readonly hold: number;
  /** @default 60 */
  readonly mostSteps?: number;
}

/** Return the layer with the least loss; a parent over fewer features says nothing about the others. */
export async function fitHead(
  { features, allowed, counts, kept }: FitExamples,
  parent: TypeHead,
  { runtime, hold, mostSteps = 60 }: FitHeadOptions,
): Promise<TypeHead> {
  const K = parent.bias.length;
  const F = features.length / counts.length;
  const { means, spreads } = spreadOf(features, counts, F);
  const known = widened(parent, F);
  const total = counts.reduce((sum, c) => sum + c, 0);
  const graph = await openFitGraph(
    {
      features: standardised(features, means, spreads),
      before: logitsOf(features, known),
      allowed,
      kept,
      counts: counts.map((c) => c / total),
      K,
    },
    runtime,
  );
  try {
    // The numbers that are sought: v [K][F], then what is added to the bias [K].
    const change = await minimise(
      async (x, gradient) => {
        let loss = await graph.at(x, gradient);
        for (let i = 0; i < K * F; i++) {
          loss += (hold / 2) * x[i]! * x[i]!;
          gradient[i]! += hold * x[i]!;
        }
        return loss;
      },
      new Float64Array(K * F + K),
      { mostSteps },
    );
    return changed(known, change, { means, spreads });
  } finally {
    await graph.close();
  }
}

/** W = W° + v / σ over features as they are, not as they were standardised. */
function changed(
  known: TypeHead,
  change: Float64Array,
  { means, spreads }: ReturnType<typeof spreadOf>,
): TypeHead {
  const K = known.bias.length;
  const F = means.length;
  const weights = new Float64Array(K * F);
  const bias = new Float64Array(K);
  for (let k = 0; k < K; k++) {
    bias[k] = known.bias[k]! + change[K * F + k]!;
    for (let f = 0; f < F; f++) {
      const v = change[k * F + f]! / spreads[f]!;
      weights[k * F + f] = known.weights[k * F + f]! + v;
      bias[k]! -= v * means[f]!;
    }
  }
  return { weights, bias };
}

/** The layer over F features: 0 for those that it did not look at. */
export function widened({ weights, bias }: TypeHead, F: number): TypeHead {
  const K = bias.length;
  const own = weights.length / K;
  if (own === F) return { weights, bias };
  const wide = new Float64Array(K * F);
  for (let k = 0; k < K; k++) wide.set(weights.subarray(k * own, (k + 1) * own), k * F);
  return { weights: wide, bias };
}

/** Logits [N][K] of features [N][F]. */
export function logitsOf(features: Float32Array, { weights, bias }: TypeHead): Float64Array {
  const K = bias.length;
  const F = weights.length / K;
  const N = features.length / F;
  const logits = new Float64Array(N * K);
  for (let n = 0; n < N; n++) {
    for (let k = 0; k < K; k++) {
      let sum = bias[k]!;
      for (let f = 0; f < F; f++) sum += weights[k * F + f]! * features[n * F + f]!;
      logits[n * K + k] = sum;
    }
  }
  return logits;
}

function spreadOf(features: Float32Array, counts: Float64Array, F: number) {
  const total = counts.reduce((sum, c) => sum + c, 0);
  const means = new Float64Array(F);
  const squares = new Float64Array(F);
  counts.forEach((c, n) => {
    for (let f = 0; f < F; f++) {
      const x = features[n * F + f]!;
      means[f]! += (c / total) * x;
      squares[f]! += (c / total) * x * x;
    }
  });
  // A feature that never moves would be blown up to noise.
  const spreads = squares.map((square, f) => Math.sqrt(Math.max(square - means[f]! ** 2, 1e-6)));
  return { means, spreads };
}

function standardised(
  features: Float32Array,
  means: Float64Array,
  spreads: Float64Array,
): Float32Array {
  const F = means.length;
  return features.map((x, i) => (x - means[i % F]!) / spreads[i % F]!);
}
