/**
 * @file Measures a network as it ships: detectors through the reader of the pipeline, classifiers and segmenters
 * by their exported outputs, since a reader puts a locator in front of the ones and makes cells of the others.
 */
import type { Sample } from '@leukoscope/core';
import { toRgbRaster } from '@leukoscope/image';
import { type ConfiguredModel, prepareImage, type TensorMap } from '@leukoscope/models';
import type { Runtime } from '@leukoscope/nn/runtime';
import { describeOnnx, loadModel } from '@leukoscope/pipeline';
import { measureBoxes } from './measure-boxes.ts';
import { measureClasses } from './measure-classes.ts';
import { maskOfFindings, maskOfPixels, measureOutlines } from './measure-outlines.ts';
import type { Measurement } from './measurement.ts';
import { measurePixels } from './measure-pixels.ts';

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
export function measureModel(options: MeasureOptions): Promise<Measurement> {
  const { model } = options;
  switch (model.task) {
    case 'boxes':
    case 'instances':
      return measureDetector(options);
    case 'classes': {
      const measurer = measureClasses(model);
      return measureOutputs(options, (sample, outputs) => measurer.add(sample, outputs), measurer);
    }
    case 'pixels': {
      const measurer = measurePixels(model);
      const outlines = measureOutlines();
      const { size } = model.input;
      const add = (sample: Sample, outputs: TensorMap) => {
        measurer.add(sample, outputs, size);
        outlines.add(sample, maskOfPixels(outputs, sample.raster, model.input));
      };
      const finish = () => withValues(measurer.finish(), outlines.finish());
      return measureOutputs(options, add, { finish });
    }
  }
}

async function measureDetector(options: MeasureOptions): Promise<Measurement> {
  const { model, network, samples, threads, onSample } = options;
  const withMasks = model.task === 'instances';
  const measurer = measureBoxes(model.classes, { withMasks });
  const outlines = measureOutlines();
  const reader = await loadModel(await describeOnnx(network, 'the network in training'), {
    threads,
  });
  try {
    for await (const sample of samples) {
      onSample();
      const findings = await reader.analyse(toRgbRaster(sample.raster), {
        scoreThreshold: leastScore,
      });
      measurer.add(sample, findings);
      if (withMasks) outlines.add(sample, maskOfFindings(findings, sample.raster));
    }
  } finally {
    await reader.close();
  }
  return withMasks ? withValues(measurer.finish(), outlines.finish()) : measurer.finish();
}

function withValues(measurement: Measurement, values: Measurement['values']): Measurement {
  return { ...measurement, values: { ...measurement.values, ...values } };
}

async function measureOutputs(
  { model, network, samples, runtime, onSample }: MeasureOptions,
  add: (sample: Sample, outputs: TensorMap) => void,
  measurer: { finish(): Measurement },
): Promise<Measurement> {
  const session = await runtime.load(network);
  try {
    for await (const sample of samples) {
      onSample();
      const { tensor } = prepareImage(toRgbRaster(sample.raster), model.input);
      add(sample, await session.run({ image: tensor }));
    }
  } finally {
    await session.dispose();
  }
  return measurer.finish();
}
