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
  const { start, right, down } = walkOf(side, turn);
  for (let y = 0, i = offset; y < side; y++) {
    for (let x = 0, from = start + y * down; x < side; x++, i++, from += right)
      out[i] = plane[from]!;
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
  const { start, right, down } = walkOf(side, turn);
  for (let y = 0, i = 0; y < side; y++) {
    for (let x = 0, to = start + y * down; x < side; x++, i++, to += right)
      sum[to]! += weight * view[i]!;
  }
}

/** Where the view's pixel (0, 0) lies in the plane, and how far it is to the next one to the right and below. */
function walkOf(side: number, turn: number) {
  const [alongX, alongY] = (turn & 1) === 0 ? [1, side] : [side, 1];
  const right = (turn & 2) === 0 ? alongX : -alongX;
  const down = (turn & 4) === 0 ? alongY : -alongY;
  // A walk against the plane's order begins at its far end.
  const start = (side - 1) * (Math.max(0, -right) + Math.max(0, -down));
  return { start, right, down };
}

/** The mean over a cell's views. */
export function meanOfViews(views: readonly Float32Array[]): Float32Array {
  const mean = new Float32Array(views[0]!.length);
  for (const view of views) {
    for (let f = 0; f < mean.length; f++) mean[f]! += view[f]! / views.length;
  }
  return mean;
}
