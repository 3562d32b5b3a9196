/** @file Accuracy, F1 and log loss of a classifier, over cells whose type is one of its classes exactly. */
import type { CellClass } from '@leukoscope/core';
import { classificationScores, confusionMatrix } from '@leukoscope/metrics';
import { allowedByLabel } from '@leukoscope/models';
import type { Measurer } from './measurer.ts';
import { floatsOf } from './output-of.ts';

/** Measure types. */
export function measureClasses(classes: readonly CellClass[]): Measurer {
  const truth: number[] = [];
  const told: number[] = [];
  let logLoss = 0;
  return {
    add({ annotations }, outputs) {
      const label = annotations.find(({ cellClass }) => cellClass !== undefined)?.cellClass;
      const allowed = label === undefined ? [] : allowedByLabel(label, classes);
      const index = allowed.indexOf(true);
      if (index < 0 || index !== allowed.lastIndexOf(true)) return;
      const { data } = floatsOf(outputs, 'probabilities');
      truth.push(index);
      told.push(data.indexOf(data.reduce((most, p) => Math.max(most, p), 0)));
      logLoss -= Math.log(Math.max(data[index]!, 1e-7));
    },
    finish() {
      if (truth.length === 0)
        return {
          accuracy: Number.NaN,
          macroF1: Number.NaN,
          balancedAccuracy: Number.NaN,
          logLoss: Number.NaN,
        };
      const scores = classificationScores(confusionMatrix(truth, told, classes));
      return {
        accuracy: scores.accuracy,
        macroF1: scores.macro.f1 ?? Number.NaN,
        balancedAccuracy: scores.balancedAccuracy,
        logLoss: logLoss / truth.length,
      };
    },
  };
}
