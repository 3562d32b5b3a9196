/** @file Otsu's threshold (1979): the value that parts a histogram into two groups best. */

/**
 * Return the value t that maximises the variance between the groups <= t and > t,
 * w0 w1 (m0 - m1)^2; the lowest of equals.
 */
export function otsuThreshold(counts: ArrayLike<number>): number {
  let total = 0;
  let sum = 0;
  for (let value = 0; value < counts.length; value++) {
    total += counts[value]!;
    sum += value * counts[value]!;
  }
  let best = 0;
  let bestVariance = -1;
  let below = 0;
  let sumBelow = 0;
  for (let value = 0; value < counts.length; value++) {
    below += counts[value]!;
    sumBelow += value * counts[value]!;
    const above = total - below;
    if (below === 0 || above === 0) continue;
    const variance = below * above * (sumBelow / below - (sum - sumBelow) / above) ** 2;
    if (variance <= bestVariance) continue;
    bestVariance = variance;
    best = value;
  }
  return best;
}
