/**
 * @file In which order cells would teach a model most: those first whose names it does not know, that look like none of
 * those before, and of all kinds in turn.
 *
 *   value = uncertainty × novelty / (1 + cells of its kind so far)
 *
 * Uncertainty is 1 minus what the likeliest kind leads the second by. Novelty is the distance to the nearest cell already
 * in the row, by features where there are any, else by the answers themselves (Hellinger's distance). Ten cells that are
 * doubted for one reason teach little more than one of them, which is what an order by doubt alone gives.
 */

/** A cell that could be named. */
export interface TeachableCell {
  /** The model's probabilities, always in one order of kinds; they need not sum to 1. */
  readonly probabilities: readonly number[];
  /** What the model decided from; all cells have them or none. */
  readonly features?: Float32Array | undefined;
}

/** Options of `teachingOrder`. */
export interface TeachingOptions {
  /** So many are chosen one by one; the others follow by what they were worth then. @default all */
  readonly most?: number;
}

/** Return the places of all cells, the one that would teach most first. */
export function teachingOrder(
  cells: readonly TeachableCell[],
  options: TeachingOptions = {},
): number[] {
  const { most = cells.length } = options;
  const places = cells.map(placeOf);
  const kinds = cells.map(({ probabilities }) => kindOf(probabilities));
  const doubts = cells.map(({ probabilities }) => uncertaintyOf(probabilities));
  const novelty = new Float64Array(cells.length).fill(1);
  const isTaken = new Uint8Array(cells.length);
  const taken = new Map<number, number>();
  const order: number[] = [];
  const worthOf = (n: number) => (doubts[n]! * novelty[n]!) / (1 + (taken.get(kinds[n]!) ?? 0));
  while (order.length < Math.min(most, cells.length)) {
    let best = -1;
    let highest = -1;
    for (let n = 0; n < cells.length; n++) {
      if (isTaken[n] === 1) continue;
      const value = worthOf(n);
      if (value > highest) [best, highest] = [n, value];
    }
    isTaken[best] = 1;
    order.push(best);
    taken.set(kinds[best]!, (taken.get(kinds[best]!) ?? 0) + 1);
    const own = places[best]!;
    for (let n = 0; n < cells.length; n++) {
      if (isTaken[n] === 0) novelty[n] = Math.min(novelty[n]!, distance(own, places[n]!));
    }
  }
  const rest = [...cells.keys()].filter((n) => isTaken[n] === 0);
  return [...order, ...rest.sort((a, b) => worthOf(b) - worthOf(a))];
}

/** Never 0: of cells that all are certain the newest still come first. */
function uncertaintyOf(probabilities: readonly number[]): number {
  const [first = 0, second = 0] = probabilities.toSorted((a, b) => b - a);
  return Math.max(1e-3, 1 - (first - second));
}

function kindOf(probabilities: readonly number[]): number {
  return probabilities.indexOf(Math.max(...probabilities));
}

/** A point on the sphere, so that distances are at most 1. */
function placeOf({ probabilities, features }: TeachableCell): Float64Array {
  const raw = Float64Array.from(features ?? probabilities.map(Math.sqrt));
  const length = Math.sqrt(raw.reduce((sum, x) => sum + x * x, 0)) || 1;
  return raw.map((x) => x / length);
}

/** |a - b| / √2: 0 for the same direction, 1 for directions that share nothing. */
function distance(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let f = 0; f < a.length; f++) sum += (a[f]! - b[f]!) ** 2;
  return Math.sqrt(sum / 2);
}
