/**
 * @file The regularised incomplete gamma function, beside log gamma and the incomplete beta function of
 * core. Checked against scipy.special to 1e-10 (fixtures/metrics).
 */
import { logGamma } from '@leukoscope/core';

export { incompleteBeta, logGamma } from '@leukoscope/core';

const tiny = 1e-300;
const precision = 1e-16;
const mostSteps = 100_000;

/** Compute Q(a, x) = Γ(a, x) / Γ(a), the upper tail of the gamma distribution. */
export function upperIncompleteGamma(a: number, x: number): number {
  if (x <= 0) return 1;
  const front = Math.exp(a * Math.log(x) - x - logGamma(a));
  if (x < a + 1) {
    // P(a, x) = x^a e^-x / Γ(a + 1) * (1 + x / (a + 1) + x^2 / ((a + 1)(a + 2)) + ...)
    let term = 1 / a;
    let sum = term;
    for (let n = 1; n < mostSteps; n++) {
      term *= x / (a + n);
      sum += term;
      if (term < sum * precision) break;
    }
    return 1 - front * sum;
  }
  let b = x + 1 - a;
  let c = 1 / tiny;
  let d = 1 / b;
  let value = d;
  for (let n = 1; n < mostSteps; n++) {
    const step = -n * (n - a);
    b += 2;
    d = 1 / away(step * d + b);
    c = away(b + step / c);
    value *= d * c;
    if (Math.abs(d * c - 1) < precision) break;
  }
  return front * value;
}

/** Keep a denominator of Lentz' method from being 0. */
function away(value: number): number {
  return Math.abs(value) < tiny ? tiny : value;
}
