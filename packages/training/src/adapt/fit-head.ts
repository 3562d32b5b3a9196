/**
 * @file Fits the last layer of a refiner to cells whose types are known, near the layer that it had.
 *
 *   loss = Σ_n c_n (-ln Σ_{k allowed} p_nk) / Σ_n c_n  +  λ/2 Σ_kf v_kf²,    v_kf = σ_f (W_kf - W°_kf)
 *
 * or -Σ_k q_nk ln p_nk for a cell that is to keep the answer q (Li & Hoiem 2016). W° is the parent's layer and σ_f the spread of a feature: where few cells say little, the parent's word stays. A coarse
 * label trains the sum of what it allows, as in training (decision 0081). Full batch and no chance: the same cells give
 * the same layer.
 */
import type { TypeHead } from '@leukoscope/models';
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
  /** λ: how strongly the layer is held to its parent. */
  readonly hold: number;
  /** @default 60 */
  readonly mostSteps?: number;
}

/** Return the layer with the least loss; a parent over fewer features says nothing about the others. */
export function fitHead(
  { features, allowed, counts, kept }: FitExamples,
  parent: TypeHead,
  { hold, mostSteps = 60 }: FitHeadOptions,
): TypeHead {
  const N = counts.length;
  const K = parent.bias.length;
  const F = features.length / N;
  const { means, spreads } = spreadOf(features, counts, F);
  const known = widened(parent, F);
  const standard = standardised(features, means, spreads);
  const before = logitsOf(features, known);
  const total = counts.reduce((sum, c) => sum + c, 0);
  const p = new Float64Array(K);
  const keeps = Uint8Array.from({ length: N }, (_, n) =>
    Number(kept?.subarray(n * K, (n + 1) * K).some((q) => q > 0) ?? false),
  );
  // The numbers that are sought: v [K][F], then what is added to the bias [K].
  const at = minimise(
    (x, gradient) => {
      gradient.fill(0);
      let loss = 0;
      for (let n = 0; n < N; n++) {
        const row = n * F;
        let highest = Number.NEGATIVE_INFINITY;
        for (let k = 0; k < K; k++) p[k] = before[n * K + k]! + x[K * F + k]!;
        addProducts(x, standard, row, p, 0, [K, F]);
        for (const z of p) if (z > highest) highest = z;
        let sum = 0;
        let hit = 0;
        for (let k = 0; k < K; k++) {
          const power = Math.exp(p[k]! - highest);
          p[k] = power;
          sum += power;
          if (allowed[n * K + k] === 1) hit += power;
        }
        // A label whose classes have become impossible keeps a gradient.
        hit = Math.max(hit, sum * 1e-12);
        const c = counts[n]! / total;
        const isKept = keeps[n] === 1;
        if (!isKept) loss -= c * Math.log(hit / sum);
        for (let k = 0; k < K; k++) {
          const q = isKept ? kept![n * K + k]! : allowed[n * K + k] === 1 ? p[k]! / hit : 0;
          if (isKept && q > 0) loss -= c * q * Math.log(Math.max(p[k]! / sum, 1e-300));
          const pull = c * (p[k]! / sum - q);
          // Of fifteen kinds a cell is seldom near more than three.
          if (Math.abs(pull) < 1e-4 * c) continue;
          gradient[K * F + k]! += pull;
          const start = k * F;
          for (let f = 0; f < F; f++) gradient[start + f]! += pull * standard[row + f]!;
        }
      }
      for (let i = 0; i < K * F; i++) {
        loss += (hold / 2) * x[i]! * x[i]!;
        gradient[i]! += hold * x[i]!;
      }
      return loss;
    },
    new Float64Array(K * F + K),
    { mostSteps },
  );
  const weights = new Float64Array(K * F);
  const bias = new Float64Array(K);
  for (let k = 0; k < K; k++) {
    bias[k] = known.bias[k]! + at[K * F + k]!;
    for (let f = 0; f < F; f++) {
      const change = at[k * F + f]! / spreads[f]!;
      weights[k * F + f] = known.weights[k * F + f]! + change;
      bias[k]! -= change * means[f]!;
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
    logits.set(bias, n * K);
    addProducts(weights, features, n * F, logits, n * K, [K, F]);
  }
  return logits;
}

/**
 * Add W x to out: rows of W [K][F], x at `row` of `features`. Four rows side by side: a number of x is read once for all, and no
 * sum waits for itself. This is most of a fit.
 */
function addProducts(
  weights: Float64Array,
  features: Float32Array,
  row: number,
  out: Float64Array,
  at: number,
  [K, F]: readonly [number, number],
): void {
  let k = 0;
  for (; k + 4 <= K; k += 4) {
    const [a, b, c, d] = [k * F, (k + 1) * F, (k + 2) * F, (k + 3) * F];
    let [s0, s1, s2, s3] = [0, 0, 0, 0];
    for (let f = 0; f < F; f++) {
      const x = features[row + f]!;
      s0 += weights[a + f]! * x;
      s1 += weights[b + f]! * x;
      s2 += weights[c + f]! * x;
      s3 += weights[d + f]! * x;
    }
    out[at + k]! += s0;
    out[at + k + 1]! += s1;
    out[at + k + 2]! += s2;
    out[at + k + 3]! += s3;
  }
  for (; k < K; k++) {
    let sum = 0;
    for (let f = 0; f < F; f++) sum += weights[k * F + f]! * features[row + f]!;
    out[at + k]! += sum;
  }
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
