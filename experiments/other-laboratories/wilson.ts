/** @file Wilson's interval of a share: (p + z²/2n ± z √(p(1-p)/n + z²/4n²)) / (1 + z²/n), z = 1.96. */
const z = 1.959964;

/** Return the 95 % limits of k of n; 0 to 1 where n is 0. */
export function wilson(k: number, n: number): readonly [low: number, high: number] {
  if (n === 0) return [0, 1];
  const p = k / n;
  const middle = p + z ** 2 / (2 * n);
  const half = z * Math.sqrt((p * (1 - p)) / n + z ** 2 / (4 * n ** 2));
  const whole = 1 + z ** 2 / n;
  return [Math.max(0, (middle - half) / whole), Math.min(1, (middle + half) / whole)];
}
