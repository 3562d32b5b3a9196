/**
 * @file What is chosen behind training, on cells that did not train: the temperature of probabilities, below which
 * probability a type is not sure, and from which score a detection counts.
 */

/** An answer about a cell, and which classes its label allows. */
export interface JudgedCell {
  /** Σ = 1. */
  readonly probabilities: ArrayLike<number>;
  readonly allowed: readonly boolean[];
}

const temperatures = Array.from({ length: 81 }, (_, i) => 0.25 * 16 ** (i / 80));

/**
 * The temperature of the least log loss (Guo et al. 2017), p -> p^(1/T) / Σ, from 1/4 to 4 in steps of 3.5 %. A label
 * that allows several classes asks for their sum. Above chance a minimum is broad: nothing finer can be told from a few
 * hundred cells.
 */
export function fitTemperature(cells: readonly JudgedCell[]): number {
  const losses = temperatures.map((T) => logLoss(cells, T));
  return Number(temperatures[losses.indexOf(Math.min(...losses))]!.toPrecision(3));
}

/** Mean of -ln Σ p of the allowed classes, of probabilities p^(1/T) / Σ. */
export function logLoss(cells: readonly JudgedCell[], temperature = 1): number {
  const total = cells.reduce((loss, { probabilities, allowed }) => {
    const z = Array.from(probabilities, (p) => Math.log(Math.max(p, 1e-7)) / temperature);
    const highest = Math.max(...z);
    const powers = z.map((value) => Math.exp(value - highest));
    const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
    return loss - Math.log(sum(powers.filter((_, k) => allowed[k])) / sum(powers));
  }, 0);
  return total / cells.length;
}

/** The probability below which a share of right answers lies: so many are flagged for nothing. */
export function unsureBelow(certaintiesOfRight: readonly number[], share: number): number {
  const sorted = [...certaintiesOfRight].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length * share)] ?? 0;
}

/** How a detector did on a field: scores of its detections, those that cover a cell, and how many cells there are. */
export interface ScoredField {
  readonly scores: readonly number[];
  /** For each cell the highest score of the detections on it; 0 where there is none. */
  readonly hits: readonly number[];
}

/**
 * The score at the highest F_β = (1 + β²) hits / (found + β² cells): with β = 2 a missed cell, which no reviewer sees,
 * weighs as much as four extra ones, which a key removes.
 */
export function fitScoreThreshold(fields: readonly ScoredField[], beta: number): number {
  const weight = beta ** 2;
  const cells = fields.reduce((sum, { hits }) => sum + hits.length, 0);
  const from = (threshold: number, scores: readonly number[]) =>
    scores.filter((score) => score > 0 && score >= threshold).length;
  const measureAt = (threshold: number) => {
    const hits = fields.reduce((sum, field) => sum + from(threshold, field.hits), 0);
    const found = fields.reduce((sum, field) => sum + from(threshold, field.scores), 0);
    return ((1 + weight) * hits) / Math.max(1, found + weight * cells);
  };
  const thresholds = Array.from({ length: 41 }, (_, i) => Number((0.1 + 0.02 * i).toFixed(2)));
  return thresholds.reduce((a, b) => (measureAt(b) > measureAt(a) ? b : a));
}
