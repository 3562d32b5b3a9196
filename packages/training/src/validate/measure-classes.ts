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
import type { Measure } from './measurement.ts';
import { floatsOf } from './output-of.ts';

/** What is kept of a cell. */
export interface JudgedType {
  /** Its class and the one that was told, where its type is one class exactly. */
  readonly typed?: { readonly truth: number; readonly told: number; readonly cell: JudgedCell };
  /** Dice of its outline, where it has one. */
  readonly dice?: number;
}

/** Measure types. */
export function measureClasses(model: ConfiguredModel): Measure<TensorMap, JudgedType> {
  const { classes, outlines } = model;
  const { size } = model.input;
  return {
    judge(sample, outputs) {
      return { ...outlineOf(sample, outputs), ...typeOf(sample, outputs) };
    },
    each({ typed, dice }) {
      return {
        ...(typed === undefined ? {} : { accuracy: typed.truth === typed.told ? 1 : 0 }),
        ...(dice === undefined ? {} : { outlineDice: dice }),
      };
    },
    summarise(judged) {
      const cells = judged.flatMap(({ typed }) => (typed === undefined ? [] : [typed]));
      const overlaps = judged.flatMap(({ dice }) => (dice === undefined ? [] : [dice]));
      const outlineDice = outlines
        ? { outlineDice: overlaps.reduce((a, b) => a + b, 0) / overlaps.length }
        : {};
      if (cells.length === 0) {
        const none = Number.NaN;
        return {
          values: {
            accuracy: none,
            macroF1: none,
            balancedAccuracy: none,
            logLoss: none,
            ...outlineDice,
          },
        };
      }
      const truth = cells.map((one) => one.truth);
      const told = cells.map((one) => one.told);
      const probabilities = cells.map(({ cell }) => cell);
      const scores = classificationScores(confusionMatrix(truth, told, classes));
      const values = {
        accuracy: scores.accuracy,
        macroF1: scores.macro.f1 ?? Number.NaN,
        balancedAccuracy: scores.balancedAccuracy,
        logLoss: logLoss(probabilities),
        ...outlineDice,
      };
      return { values, temperature: fitTemperature(probabilities) };
    },
  };

  function outlineOf(sample: Sample, outputs: TensorMap): Pick<JudgedType, 'dice'> {
    if (!outlines) return {};
    const truth = model.collate([sample], { count: 1, size, mostCells: 1 });
    if (floatsOf(truth, 'mask_weight').data[0] !== 1) return {};
    const told = floatsOf(outputs, 'outline').data;
    return { dice: dice(floatsOf(truth, 'mask_target').data, told) };
  }

  function typeOf({ annotations }: Sample, outputs: TensorMap): Pick<JudgedType, 'typed'> {
    const label = annotations.find(({ cellClass }) => cellClass !== undefined)?.cellClass;
    const allowed = label === undefined ? [] : allowedByLabel(label, classes);
    const truth = allowed.indexOf(true);
    if (truth < 0 || truth !== allowed.lastIndexOf(true)) return {};
    const { data } = floatsOf(outputs, 'probabilities');
    const told = data.indexOf(data.reduce((most, p) => Math.max(most, p), 0));
    return { typed: { truth, told, cell: { probabilities: data.slice(), allowed } } };
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
