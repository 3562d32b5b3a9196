/** @file The bilinear value between four numbers of a plane. */

/**
 * Return the value a share (fx, fy) of the way from number `at` to the next along a row (`right` places on)
 * and to the next row (`below` places on): u + (l - u) fy, with u and l between the upper and lower two.
 */
export function bilinearAt(
  plane: ArrayLike<number>,
  at: number,
  right: number,
  below: number,
  fx: number,
  fy: number,
): number {
  const upper = plane[at]! + (plane[at + right]! - plane[at]!) * fx;
  const under = at + below;
  const lower = plane[under]! + (plane[under + right]! - plane[under]!) * fx;
  return upper + (lower - upper) * fy;
}
