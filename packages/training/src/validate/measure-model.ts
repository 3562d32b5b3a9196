/**
 * @file Measures a network as it ships: detectors through the reader of the pipeline, classifiers and segmenters
 * by their exported outputs, since a reader puts a locator in front of the ones and makes cells of the others.
 */
import type { Detection, Sample } from '@leukoscope/core';
import { toRgbRaster } from '@leukoscope/image';
import { type ConfiguredModel, prepareImage, type TensorMap } from '@leukoscope/models';
import type { Runtime } from '@leukoscope/nn/runtime';
import { describeOnnx, loadModel } from '@leukoscope/pipeline';
import { measureBoxes } from './measure-boxes.ts';
import { measureClasses } from './measure-classes.ts';
import { maskOfFindings, maskOfPixels, measureOutlines } from './measure-outlines.ts';
import { measurePixels } from './measure-pixels.ts';
import type { Measure } from './measurement.ts';
import { joinMeasures, type MeasuredPictures, startMeasuring } from './measuring.ts';

/** What is measured on what. */
export interface MeasureOptions {
  readonly model: ConfiguredModel;
  /** ONNX with its description inside. */
  readonly network: Uint8Array;
  readonly samples: AsyncIterable<Sample>;
  /** Runs classifiers and segmenters; a reader brings its own. */
  readonly runtime: Runtime;
  readonly threads?: number | undefined;
  /** Called for each sample before it is looked at; may throw to stop. */
  readonly onSample: () => void;
}

/** Detections below this say nothing, and there are many. */
const leastScore = 0.001;

/** Measure. */
export function measureModel(options: MeasureOptions): Promise<MeasuredPictures> {
  const { model } = options;
  switch (model.task) {
    case 'boxes':
      return measureDetector(options, measureBoxes(model.classes));
    case 'instances': {
      const boxes = measureBoxes(model.classes, { withMasks: true });
      return measureDetector(
        options,
        joinMeasures(boxes, measureOutlines(), ({ raster }, findings) =>
          maskOfFindings(findings, raster),
        ),
      );
    }
    case 'classes':
      return measureOutputs(options, measureClasses(model));
    case 'pixels':
      return measureOutputs(
        options,
        joinMeasures(measurePixels(model), measureOutlines(), ({ raster }, outputs) =>
          maskOfPixels(outputs, raster, model.input),
        ),
      );
  }
}

async function measureDetector<J>(
  { network, samples, threads, onSample }: MeasureOptions,
  measure: Measure<readonly Detection[], J>,
): Promise<MeasuredPictures> {
  const measuring = startMeasuring(measure);
  const reader = await loadModel(await describeOnnx(network, 'the network in training'), {
    threads,
  });
  try {
    for await (const sample of samples) {
      onSample();
      const findings = await reader.analyse(toRgbRaster(sample.raster), {
        scoreThreshold: leastScore,
      });
      measuring.add(sample, findings);
    }
  } finally {
    await reader.close();
  }
  return measuring;
}

async function measureOutputs<J>(
  { model, network, samples, runtime, onSample }: MeasureOptions,
  measure: Measure<TensorMap, J>,
): Promise<MeasuredPictures> {
  const measuring = startMeasuring(measure);
  const session = await runtime.load(network);
  try {
    for await (const sample of samples) {
      onSample();
      const { tensor } = prepareImage(toRgbRaster(sample.raster), model.input);
      measuring.add(sample, await session.run({ image: tensor }));
    }
  } finally {
    await session.dispose();
  }
  return measuring;
}
