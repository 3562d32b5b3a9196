/**
 * @file A cell has no up: the same crop turned and mirrored should give the same answer, and the mean over such
 * views is right more often than one. Here are the eight turns of a square, on planes of numbers.
 */

/** How many views a mean is taken over. */
export type ViewCount = 1 | 2 | 4 | 8;

/**
 * The turns of so many views, the plain one first. Bit 0 swaps the axes, bits 1 and 2 mirror x and y: 6 is half a
 * turn, 3 and 5 are quarter turns.
 */
export function turnsOf(views: ViewCount): readonly number[] {
  return [0, 6, 3, 5, 1, 7, 2, 4].slice(0, views);
}

/** Write a square plane as the turn shows it: out(x, y) = plane(turned (x, y)). */
export function turnPlane(
  plane: ArrayLike<number>,
  side: number,
  turn: number,
  out: Float32Array,
  offset: number,
): void {
  for (let y = 0, i = offset; y < side; y++) {
    for (let x = 0; x < side; x++, i++) out[i] = plane[sourceIndex(x, y, side, turn)]!;
  }
}

/** Add what was found in a turned view to a sum in the plain view, times a weight. */
export function addTurnedBack(
  sum: Float32Array,
  side: number,
  turn: number,
  view: ArrayLike<number>,
  weight: number,
): void {
  for (let y = 0, i = 0; y < side; y++) {
    for (let x = 0; x < side; x++, i++) sum[sourceIndex(x, y, side, turn)]! += weight * view[i]!;
  }
}

function sourceIndex(x: number, y: number, side: number, turn: number): number {
  const u = (turn & 2) === 0 ? x : side - 1 - x;
  const v = (turn & 4) === 0 ? y : side - 1 - y;
  return (turn & 1) === 0 ? v * side + u : u * side + v;
}

/** The mean over a cell's views. */
export function meanOfViews(views: readonly Float32Array[]): Float32Array {
  const mean = new Float32Array(views[0]!.length);
  for (const view of views) {
    for (let f = 0; f < mean.length; f++) mean[f]! += view[f]! / views.length;
  }
  return mean;
}
