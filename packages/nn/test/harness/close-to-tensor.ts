/**
 * @file The matcher `toBeCloseToTensor`: |received - expected| <= atol + rtol |expected| everywhere.
 *
 * Where it fails it names the worst element by its index and says how far off it is. Import the file
 * for its effect. Elements that are NaN or infinite must be the same on both sides.
 */
import { expect } from 'vitest';

/** Values with a shape, as a session gives them or a twin works them out. */
export interface Values {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number | bigint>;
}

/** How close is close. */
export interface Tolerance {
  /** Share of the expected value. @default 1e-5 */
  readonly rtol?: number;
  /** Absolute. @default 1e-6 */
  readonly atol?: number;
}

declare module 'vitest' {
  interface Matchers<R extends void | Promise<void> = void | Promise<void>, T = unknown> {
    /** Compare shapes exactly and elements within atol + rtol |expected|. */
    toBeCloseToTensor(expected: Values, tolerance?: Tolerance): R;
  }
}

/** What the comparison found; `worst` is the element furthest over its tolerance. */
export interface Comparison {
  readonly isClose: boolean;
  readonly message: string;
}

/** Compare two tensors; used by the matcher and by the matcher's own tests. */
export function compareTensors(
  received: Values,
  expected: Values,
  tolerance: Tolerance = {},
): Comparison {
  const { rtol = 1e-5, atol = 1e-6 } = tolerance;
  if (received.shape.join() !== expected.shape.join()) {
    const message = `shape must be [${expected.shape.join(', ')}]. Received [${received.shape.join(', ')}].`;
    return { isClose: false, message };
  }
  if (received.data.length !== expected.data.length) {
    const message = `tensor must hold ${expected.data.length} elements. Received ${received.data.length}.`;
    return { isClose: false, message };
  }
  let worst = -1;
  let worstExcess = 0;
  let largest = 0;
  let wrong = 0;
  for (let i = 0; i < expected.data.length; i++) {
    const [x, y] = [Number(received.data[i]), Number(expected.data[i])];
    if (Object.is(x, y)) continue;
    const difference = Math.abs(x - y);
    const excess = Number.isFinite(difference)
      ? difference - (atol + rtol * Math.abs(y))
      : Number.POSITIVE_INFINITY;
    if (Number.isFinite(difference)) largest = Math.max(largest, difference);
    if (excess > 0) wrong += 1;
    if (excess > worstExcess) [worst, worstExcess] = [i, excess];
  }
  if (worst === -1) {
    return { isClose: true, message: `largest difference ${largest}; expected it to be larger.` };
  }
  const index = unravel(worst, expected.shape);
  const [x, y] = [Number(received.data[worst]), Number(expected.data[worst])];
  return {
    isClose: false,
    message:
      `${wrong} of ${expected.data.length} elements differ by more than ${atol} + ${rtol} |expected|. ` +
      `Worst at [${index.join(', ')}]: expected ${y}, received ${x} (difference ${Math.abs(x - y)}). ` +
      `Largest difference ${largest}.`,
  };
}

function unravel(flat: number, shape: readonly number[]): number[] {
  const index: number[] = [];
  let rest = flat;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    index.unshift(rest % shape[axis]!);
    rest = Math.floor(rest / shape[axis]!);
  }
  return index;
}

expect.extend({
  toBeCloseToTensor(received: Values, expected: Values, tolerance?: Tolerance) {
    const { isClose, message } = compareTensors(received, expected, tolerance);
    return { pass: isClose, message: () => message };
  },
});
