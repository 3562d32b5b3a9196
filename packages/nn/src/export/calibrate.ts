/**
 * @file Finds the range of every value inside a model by running it on samples.
 *
 * The values become outputs for this; some at a time, as a large model's together may not fit in memory.
 */
import { LeukoscopeError, type Shape } from '@leukoscope/core';
import type { OnnxModel } from '../onnx/model.ts';
import { encodeOnnxModel } from '../onnx/write-model.ts';
import type { TensorMap } from '../runtime/host.ts';
import type { Runtime } from '../runtime/runtime.ts';
import {
  type CalibrationMethod,
  countInPlace,
  createHistogram,
  type Histogram,
  leastErrorRange,
  percentileRange,
  rangeOf,
  type ValueRange,
  withZero,
} from './quantisation-range.ts';

/** Options of calibration. */
export interface CalibrationOptions {
  /** @default 'percentile' */
  readonly method?: CalibrationMethod;
  /** Share of values that the range keeps, for method 'percentile'. @default 0.9999 */
  readonly percentile?: number;
}

/** What was seen of one value. */
export interface SeenValue {
  readonly range: ValueRange;
  readonly shape: Shape;
}

/** Values that leave one run together. */
const valuesPerRun = 24;

/** Run the model on samples and return the range and shape of each named value. */
export async function calibrate(
  model: OnnxModel,
  values: readonly string[],
  samples: readonly TensorMap[],
  runtime: Runtime,
  options: CalibrationOptions = {},
): Promise<Map<string, SeenValue>> {
  const { method = 'percentile', percentile = 0.9999 } = options;
  if (samples.length === 0 || !(percentile > 0.5 && percentile <= 1)) {
    throw new LeukoscopeError(
      'NN_CALIBRATION',
      `calibration must get at least one sample and a percentile above 0.5 and up to 1. Received ${samples.length} sample(s) and ${percentile}.`,
    );
  }
  const seen = new Map<string, SeenValue>();
  for (let start = 0; start < values.length; start += valuesPerRun) {
    const names = values.slice(start, start + valuesPerRun);
    const session = await runtime.load(encodeOnnxModel(withOutputs(model, names)));
    const shapes = new Map<string, Shape>();
    const forEachValue = async (visit: (name: string, data: Float32Array) => void) => {
      for (const sample of samples) {
        const outputs = await session.run(sample, names);
        for (const name of names) {
          const { shape, data } = outputs[name]!;
          shapes.set(name, shape);
          visit(name, data as Float32Array);
        }
      }
    };
    const extremes = new Map<string, ValueRange>();
    await forEachValue((name, data) => extremes.set(name, rangeOf(data, extremes.get(name))));
    const histograms = new Map<string, Histogram>();
    if (method !== 'minmax') {
      for (const [name, range] of extremes) histograms.set(name, createHistogram(range));
      await forEachValue((name, data) => countInPlace(histograms.get(name)!, data));
    }
    for (const [name, extreme] of extremes) {
      const histogram = histograms.get(name);
      const range =
        histogram === undefined
          ? withZero(extreme)
          : method === 'percentile'
            ? percentileRange(histogram, percentile)
            : leastErrorRange(histogram);
      seen.set(name, { range, shape: shapes.get(name)! });
    }
    await session.dispose();
  }
  return seen;
}

/** The same model with other outputs. */
function withOutputs(model: OnnxModel, names: readonly string[]): OnnxModel {
  const outputs = names.map((name) => ({ name, dtype: 'float32' as const }));
  return { ...model, graph: { ...model.graph, outputs } };
}
