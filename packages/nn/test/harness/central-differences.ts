/** @file Slopes of a scalar function by central differences: (f(x + ε) - f(x - ε)) / 2ε. */
import type { Nd } from './nd.ts';

/** One slope and the flat index of the element that was moved. */
export interface Slope {
  readonly flat: number;
  readonly value: number;
}

/**
 * Slopes of `f` with respect to at most `most` elements of input `which`, spread evenly and begun at
 * `first`. In float64 an error of ε² + 1e-16 / ε remains: 1e-10 for the default.
 */
export function slopesOf(
  f: (inputs: readonly Nd[]) => number,
  inputs: readonly Nd[],
  which: number,
  { epsilon = 1e-5, most = 12, first = 0 } = {},
): Slope[] {
  const { shape, data } = inputs[which]!;
  const step = Math.max(1, Math.floor(data.length / most));
  const slopes: Slope[] = [];
  for (let flat = first % step; flat < data.length; flat += step) {
    const moved = (by: number) => {
      const copy = data.slice();
      copy[flat]! += by;
      return f(inputs.map((input, i) => (i === which ? { shape, data: copy } : input)));
    };
    slopes.push({ flat, value: (moved(epsilon) - moved(-epsilon)) / (2 * epsilon) });
  }
  return slopes;
}
