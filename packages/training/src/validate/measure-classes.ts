/**
 * @file Accuracy, F1 and log loss of a classifier, over cells whose type is one of its classes exactly; Dice of
 * outlines where it gives them, over cells that are outlined.
 */
import type { Sample } from '@leukoscope/core';
import {
  classificationScores,
  confusionMatrix,
  fitTemperature,
  type JudgedCell,
  logLoss,
} from '@leukoscope/metrics';
import { allowedByLabel, type ConfiguredModel, type TensorMap } from '@leukoscope/models';
import type { Measurement } from './measurement.ts';
import { floatsOf } from './output-of.ts';

/** Measures what a network says of single cells. */
export interface ClassMeasurer {
  add(sample: Sample, outputs: TensorMap): void;
  finish(): Measurement;
}

/** Measure types. */
export function measureClasses(model: ConfiguredModel): ClassMeasurer {
  const { classes, outlines } = model;
  const { size } = model.input;
  const overlaps: number[] = [];
  const truth: number[] = [];
  const told: number[] = [];
  const judged: JudgedCell[] = [];
  return {
    add(sample, outputs) {
      const { annotations } = sample;
      if (outlines) {
        const truth = model.collate([sample], { count: 1, size, mostCells: 1 });
        if (floatsOf(truth, 'mask_weight').data[0] === 1) {
          const told = floatsOf(outputs, 'outline').data;
          overlaps.push(dice(floatsOf(truth, 'mask_target').data, told));
        }
      }
      const label = annotations.find(({ cellClass }) => cellClass !== undefined)?.cellClass;
      const allowed = label === undefined ? [] : allowedByLabel(label, classes);
      const index = allowed.indexOf(true);
      if (index < 0 || index !== allowed.lastIndexOf(true)) return;
      const { data } = floatsOf(outputs, 'probabilities');
      truth.push(index);
      told.push(data.indexOf(data.reduce((most, p) => Math.max(most, p), 0)));
      judged.push({ probabilities: data.slice(), allowed });
    },
    finish() {
      if (truth.length === 0) {
        const none = Number.NaN;
        return {
          values: {
            accuracy: none,
            macroF1: none,
            balancedAccuracy: none,
            logLoss: none,
            ...outlineDice(),
          },
        };
      }
      const scores = classificationScores(confusionMatrix(truth, told, classes));
      const values = {
        accuracy: scores.accuracy,
        macroF1: scores.macro.f1 ?? Number.NaN,
        balancedAccuracy: scores.balancedAccuracy,
        logLoss: logLoss(judged),
        ...outlineDice(),
      };
      return { values, temperature: fitTemperature(judged) };
    },
  };

  function outlineDice() {
    if (!outlines) return {};
    return { outlineDice: overlaps.reduce((a, b) => a + b, 0) / overlaps.length };
  }
}

/** 2 |truth ∩ told| / (|truth| + |told|), from half on. */
function dice(truth: Float32Array, told: Float32Array): number {
  let [both, all] = [0, 0];
  truth.forEach((value, i) => {
    const [a, b] = [value > 0.5, told[i]! > 0.5];
    if (a && b) both++;
    all += Number(a) + Number(b);
  });
  return all === 0 ? 1 : (2 * both) / all;
}
