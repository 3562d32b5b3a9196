/** @file Holds a network's gradients against PyTorch's recorded summaries. */
import { expect } from 'vitest';
import { parseReference } from '../harness/reference.ts';
import { type NetworkName, type NormKind, networkGradients, summarise } from './gradients.ts';

interface Recorded {
  readonly loss: number;
  /** [norm, projection, ...] by key. */
  readonly gradients: Readonly<Record<string, readonly number[]>>;
}

/**
 * The mean of (r · e)² over random signs r is |e|²: eight of them estimate the error of a gradient as
 * a whole. An error of 1e-3 passes by chance for one parameter in some 10,000; for all, never.
 */
export async function expectGradients(name: NetworkName, norm: NormKind): Promise<void> {
  const recorded = parseReference<Recorded>(`${name}-${norm}`);
  const { loss, gradients } = await networkGradients(name, norm);
  expect(Math.abs(loss / recorded.loss - 1), 'relative error of the loss').toBeLessThan(1e-4);
  expect([...gradients.keys()].sort()).toEqual(Object.keys(recorded.gradients).sort());
  const errors = Object.entries(recorded.gradients).map(([key, expected], stream) => {
    const found = summarise(20_000 + stream, gradients.get(key)!);
    const [normOfExpected, ...projections] = expected;
    const squares = projections.map((p, k) => (p - found[1 + k]!) ** 2);
    const error = Math.sqrt(squares.reduce((s, e) => s + e, 0) / squares.length);
    return { key, relative: error / normOfExpected!, normRatio: found[0]! / normOfExpected! };
  });
  const wrong = errors.filter((e) => e.relative > 1e-3 || Math.abs(e.normRatio - 1) > 1e-3);
  expect(wrong, 'parameters whose gradient is off by more than 1e-3').toEqual([]);
}
