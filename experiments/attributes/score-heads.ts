/** @file How right attributes are: balanced accuracy with limits, and how often probabilities come true. */
import { createRandom } from '@leukoscope/core';

/** One answer about one cell. */
export interface Answer {
  readonly truth: number;
  readonly told: number;
  readonly probability: number;
}

/** What is reported of an attribute. */
export interface Score {
  readonly cells: number;
  readonly balancedAccuracy: number;
  /** 95 % limits, by 2,000 draws of cells with replacement. */
  readonly low: number;
  readonly high: number;
  readonly accuracy: number;
  /** Mean difference of probability and share right, over ten bins. */
  readonly calibrationError: number;
}

const draws = 2000;

/** Score answers about one attribute; values that no cell has are left out of the mean. */
export function scoreAnswers(answers: readonly Answer[], seed: number): Score {
  const random = createRandom(seed);
  const drawn = Array.from({ length: draws }, () =>
    balancedAccuracy(answers.map(() => answers[Math.floor(random.uniform(0, answers.length))]!)),
  ).sort((a, b) => a - b);
  const right = answers.filter(({ truth, told }) => truth === told).length;
  return {
    cells: answers.length,
    balancedAccuracy: short(balancedAccuracy(answers)),
    low: short(drawn[Math.floor(0.025 * draws)]!),
    high: short(drawn[Math.ceil(0.975 * draws) - 1]!),
    accuracy: short(right / answers.length),
    calibrationError: short(calibrationError(answers)),
  };
}

/** Mean over values of the share of their cells that are told right. */
export function balancedAccuracy(answers: readonly Answer[]): number {
  const all = new Map<number, number>();
  const right = new Map<number, number>();
  for (const { truth, told } of answers) {
    all.set(truth, (all.get(truth) ?? 0) + 1);
    if (told === truth) right.set(truth, (right.get(truth) ?? 0) + 1);
  }
  let sum = 0;
  for (const [value, count] of all) sum += (right.get(value) ?? 0) / count;
  return sum / all.size;
}

function calibrationError(answers: readonly Answer[]): number {
  const bins = Array.from({ length: 10 }, () => ({ gap: 0 }));
  for (const { truth, told, probability } of answers)
    bins[Math.min(9, Math.floor(10 * probability))]!.gap += probability - Number(truth === told);
  return bins.reduce((sum, { gap }) => sum + Math.abs(gap), 0) / answers.length;
}

function short(value: number): number {
  return Number(value.toFixed(4));
}
