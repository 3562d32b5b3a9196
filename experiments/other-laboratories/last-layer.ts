/**
 * @file The refiner's last layer, alone: z = W f + b over the 160 features, and a fit of it to labelled cells that stays
 * near the weights it began with:
 *
 *   loss = Σ_i w_i (-ln Σ_{k in A_i} p_k) / Σ w + λ |W - W0|² ,  w_i = 1 / cells of the label in the laboratory
 *
 * A_i are the classes that the label allows (a neutrophil may be segmented or band), as in training.
 */
import { decodeOnnxModel } from '@leukoscope/nn';

/** Weights [K, F] and biases [K]. */
export interface LastLayer {
  readonly weights: Float64Array;
  readonly biases: Float64Array;
  readonly classes: number;
  readonly features: number;
}

/** A cell to fit to. */
export interface FittedCell {
  readonly features: ArrayLike<number>;
  /** Of each class. */
  readonly allowed: readonly boolean[];
  readonly weight: number;
}

/** Read the last layer of a refiner's file in float. */
export function lastLayerOf(bytes: Uint8Array): LastLayer {
  const { initializers } = decodeOnnxModel(bytes).graph;
  const constantOf = (wanted: string) => initializers.find(({ name }) => name === wanted)!;
  const matrix = constantOf('types.weight');
  const [classes, features] = matrix.shape as [number, number];
  return {
    weights: Float64Array.from(matrix.data as Float32Array),
    biases: Float64Array.from(constantOf('types.bias').data as Float32Array),
    classes,
    features,
  };
}

/** Compute softmax(W f + b). */
export function probabilitiesBy(layer: LastLayer, features: readonly number[]): Float64Array {
  const { weights, biases, classes: K, features: F } = layer;
  const z = Float64Array.from(biases);
  for (let k = 0; k < K; k++) {
    let sum = 0;
    for (let f = 0; f < F; f++) sum += weights[k * F + f]! * features[f]!;
    z[k]! += sum;
  }
  const largest = Math.max(...z);
  let total = 0;
  for (let k = 0; k < K; k++) {
    z[k] = Math.exp(z[k]! - largest);
    total += z[k]!;
  }
  return z.map((value) => value / total);
}

/** How the layer is fitted. */
export interface FitOptions {
  /** λ. */
  readonly towards: number;
  readonly steps: number;
  readonly learningRate: number;
}

/** Fit by Adam over all cells at once, beginning at the given layer. */
export function fitLastLayer(
  start: LastLayer,
  cells: readonly FittedCell[],
  { towards, steps, learningRate }: FitOptions,
): LastLayer {
  const { classes: K, features: F } = start;
  const size = K * F + K;
  const first = Float64Array.from([...start.weights, ...start.biases]);
  const now = Float64Array.from(first);
  const [momentum, square] = [new Float64Array(size), new Float64Array(size)];
  const total = cells.reduce((sum, { weight }) => sum + weight, 0);
  const p = new Float64Array(K);
  for (let step = 1; step <= steps; step++) {
    const gradient = now.map((value, i) => 2 * towards * (value - first[i]!));
    for (const { features, allowed, weight } of cells) {
      for (let k = 0; k < K; k++) {
        let z = now[K * F + k]!;
        for (let f = 0; f < F; f++) z += now[k * F + f]! * features[f]!;
        p[k] = z;
      }
      const largest = p.reduce((a, b) => Math.max(a, b));
      let [sum, hit] = [0, 0];
      for (let k = 0; k < K; k++) {
        p[k] = Math.exp(p[k]! - largest);
        sum += p[k]!;
        if (allowed[k]) hit += p[k]!;
      }
      for (let k = 0; k < K; k++) {
        const slope = ((p[k]! / sum - (allowed[k] ? p[k]! / hit : 0)) * weight) / total;
        // Most cells are certain of most classes, and teach nothing about them.
        if (Math.abs(slope) < 1e-9) continue;
        for (let f = 0; f < F; f++) gradient[k * F + f]! += slope * features[f]!;
        gradient[K * F + k]! += slope;
      }
    }
    const rate = learningRate * Math.min(1, (2 * (steps - step + 1)) / steps);
    for (let i = 0; i < size; i++) {
      momentum[i] = 0.9 * momentum[i]! + 0.1 * gradient[i]!;
      square[i] = 0.999 * square[i]! + 0.001 * gradient[i]! ** 2;
      const m = momentum[i]! / (1 - 0.9 ** step);
      const v = square[i]! / (1 - 0.999 ** step);
      now[i]! -= (rate * m) / (Math.sqrt(v) + 1e-8);
    }
  }
  return { ...start, weights: now.slice(0, K * F), biases: now.slice(K * F) };
}
