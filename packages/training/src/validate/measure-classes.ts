/** @file Accuracy, F1 and log loss of a classifier, over cells whose type is one of its classes exactly. */
import type { CellClass, Sample } from '@leukoscope/core';
import { classificationScores, confusionMatrix } from '@leukoscope/metrics';
import { allowedByLabel, type TensorMap } from '@leukoscope/models';
import type { Measurement } from './measurement.ts';
import { floatsOf } from './output-of.ts';

/** Measures what a network says of single cells. */
export interface ClassMeasurer {
  add(sample: Sample, outputs: TensorMap): void;
  finish(): Measurement;
}

/** Measure types. */
export function measureClasses(classes: readonly CellClass[]): ClassMeasurer {
  const truth: number[] = [];
  const told: number[] = [];
  const answers: Float32Array[] = [];
  return {
    add({ annotations }, outputs) {
      const label = annotations.find(({ cellClass }) => cellClass !== undefined)?.cellClass;
      const allowed = label === undefined ? [] : allowedByLabel(label, classes);
      const index = allowed.indexOf(true);
      if (index < 0 || index !== allowed.lastIndexOf(true)) return;
      const { data } = floatsOf(outputs, 'probabilities');
      truth.push(index);
      told.push(data.indexOf(data.reduce((most, p) => Math.max(most, p), 0)));
      answers.push(data.slice());
    },
    finish() {
      if (truth.length === 0) {
        const none = Number.NaN;
        return { values: { accuracy: none, macroF1: none, balancedAccuracy: none, logLoss: none } };
      }
      const scores = classificationScores(confusionMatrix(truth, told, classes));
      const values = {
        accuracy: scores.accuracy,
        macroF1: scores.macro.f1 ?? Number.NaN,
        balancedAccuracy: scores.balancedAccuracy,
        logLoss: logLossAt(1, answers, truth),
      };
      return { values, temperature: fitTemperature(answers, truth) };
    },
  };
}

/** Mean of -ln p of the true class, of probabilities p^(1/T) / Σ. */
function logLossAt(T: number, answers: readonly Float32Array[], truth: readonly number[]): number {
  const total = answers.reduce((loss, p, i) => {
    const z = Array.from(p, (value) => Math.log(Math.max(value, 1e-7)) / T);
    const highest = Math.max(...z);
    const logSum = highest + Math.log(z.reduce((sum, value) => sum + Math.exp(value - highest), 0));
    return loss + logSum - z[truth[i]!]!;
  }, 0);
  return total / answers.length;
}

const temperatures = Array.from({ length: 81 }, (_, i) => 0.25 * 16 ** (i / 80));

/**
 * The temperature of the least log loss (Guo et al. 2017), from 1/4 to 4 in steps of 3.5 %. Above chance a
 * minimum is broad: nothing finer can be told from a few hundred cells.
 */
function fitTemperature(answers: readonly Float32Array[], truth: readonly number[]): number {
  const losses = temperatures.map((T) => logLossAt(T, answers, truth));
  const best = temperatures[losses.indexOf(Math.min(...losses))]!;
  return Number(best.toPrecision(3));
}
