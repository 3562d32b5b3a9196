/**
 * @file Finds the least value of a smooth function of many numbers: L-BFGS with a line search that halves (Nocedal &
 * Wright 2006, algorithms 7.4, 7.5 and 3.1). The same start gives the same end.
 */

/** Fills the gradient at a place and returns the value there. */
export type Objective = (at: Float64Array, gradient: Float64Array) => number | Promise<number>;

/** When to stop. */
export interface MinimiseOptions {
  /** @default 60 */
  readonly mostSteps?: number;
  /** Stop when a step gains less than this share of the value. @default 1e-6 */
  readonly tolerance?: number;
}

/** How many steps back the curvature is estimated from. */
const history = 8;

interface Step {
  readonly move: Float64Array;
  readonly turn: Float64Array;
  /** 1 / (move · turn) */
  readonly scale: number;
}

/** Walk down from a start. */
export async function minimise(
  objective: Objective,
  start: Float64Array,
  options: MinimiseOptions = {},
): Promise<Float64Array> {
  const { mostSteps = 60, tolerance = 1e-6 } = options;
  let at = Float64Array.from(start);
  let gradient = new Float64Array(at.length);
  let value = await objective(at, gradient);
  const steps: Step[] = [];
  for (let n = 0; n < mostSteps; n++) {
    const direction = directionOf(gradient, steps);
    const slope = dot(direction, gradient);
    // The first direction has the gradient's length, which says nothing about how far to go.
    let length = n === 0 ? Math.min(1, 1 / Math.sqrt(-slope)) : 1;
    const next = new Float64Array(at.length);
    const nextGradient = new Float64Array(at.length);
    let nextValue = Number.POSITIVE_INFINITY;
    for (let halved = 0; halved < 20; halved++, length /= 2) {
      for (let i = 0; i < at.length; i++) next[i] = at[i]! + length * direction[i]!;
      nextValue = await objective(next, nextGradient);
      if (nextValue <= value + 1e-4 * length * slope) break;
    }
    if (!(nextValue < value)) break;
    const move = next.map((v, i) => v - at[i]!);
    const turn = nextGradient.map((g, i) => g - gradient[i]!);
    const curvature = dot(move, turn);
    if (curvature > 1e-12) {
      steps.push({ move, turn, scale: 1 / curvature });
      if (steps.length > history) steps.shift();
    }
    const gained = value - nextValue;
    [at, gradient, value] = [next, nextGradient, nextValue];
    if (gained <= tolerance * Math.max(Math.abs(value), 1e-9)) break;
  }
  return at;
}

/** -H g by the two loops over what was seen. */
function directionOf(gradient: Float64Array, steps: readonly Step[]): Float64Array {
  const q = gradient.map((g) => -g);
  const shares: number[] = [];
  for (const { move, turn, scale } of steps.toReversed()) {
    const share = scale * dot(move, q);
    shares.unshift(share);
    for (let i = 0; i < q.length; i++) q[i]! -= share * turn[i]!;
  }
  const last = steps.at(-1);
  if (last !== undefined) {
    const size = 1 / (last.scale * dot(last.turn, last.turn));
    for (let i = 0; i < q.length; i++) q[i]! *= size;
  }
  steps.forEach(({ move, turn, scale }, s) => {
    const back = shares[s]! - scale * dot(turn, q);
    for (let i = 0; i < q.length; i++) q[i]! += back * move[i]!;
  });
  return q;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
