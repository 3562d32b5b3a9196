/**
 * @file The six measures of the leukocytemask paper, the same for segmenters and instance segmenters: in pixels
 * of the picture, everything that is a cell against everything that is none, and the mean over pictures.
 *
 * Only pictures count all of whose cells are outlined; parts of a model's answers that are unsure (below .5)
 * are background.
 */
import {
  createMask,
  type Detection,
  LeukoscopeError,
  type Mask,
  type PlacedMask,
  type Size,
} from '@leukoscope/core';
import { placementOf } from '@leukoscope/image';
import {
  countPixels,
  mean,
  type SegmentationMeasures,
  segmentationMeasures,
} from '@leukoscope/metrics';
import type { InputSpec, TensorMap } from '@leukoscope/models';
import type { Measure } from './measurement.ts';
import { floatsOf } from './output-of.ts';

/** The measures by the names that they have in logs and tables. */
const named = {
  outlineDice: 'dice',
  outlinePrecision: 'precision',
  outlineMeanIou: 'meanIou',
  outlineFpr: 'falsePositiveRate',
  outlineFnr: 'falseNegativeRate',
  outlineError: 'misclassificationError',
} as const satisfies Record<string, keyof SegmentationMeasures>;

/** What is kept of a picture; undefined where not all its cells are outlined. */
export type JudgedOutlines = SegmentationMeasures | undefined;

/** Measure masks of whole pictures. NaN where no picture is outlined. */
export function measureOutlines(): Measure<Mask, JudgedOutlines> {
  return {
    judge({ raster, annotations }, found) {
      const cells = annotations.filter(({ isCrowd }) => isCrowd !== true);
      const isWhole =
        cells.length === annotations.length && cells.every(({ mask }) => mask !== undefined);
      if (!isWhole) return undefined;
      const truth = unionOf(
        cells.map(({ mask }) => mask!),
        raster,
      );
      return segmentationMeasures(countPixels(truth, found));
    },
    each: (judged) => (judged === undefined ? {} : valuesOf((measure): number => judged[measure])),
    summarise(judged) {
      const measured = judged.filter((one) => one !== undefined);
      return {
        values: valuesOf((measure) =>
          measured.length === 0 ? Number.NaN : mean(measured.map((one) => one[measure])),
        ),
      };
    },
  };
}

function valuesOf(told: (measure: (typeof named)[keyof typeof named]) => number) {
  return Object.fromEntries(Object.entries(named).map(([name, measure]) => [name, told(measure)]));
}

/** What a detector outlines, in one mask of the picture. */
export function maskOfFindings(findings: readonly Detection[], size: Size): Mask {
  return unionOf(
    findings.flatMap(({ mask, score }) => (mask === undefined || score < 0.5 ? [] : [mask])),
    size,
  );
}

/** What a segmenter takes for foreground, in one mask of the picture: background is the last class. */
export function maskOfPixels(outputs: TensorMap, size: Size, spec: InputSpec): Mask {
  const { data, shape } = floatsOf(outputs, 'probabilities');
  const [, C, height, width] = shape;
  if (C === undefined || height !== spec.size.height || width !== spec.size.width) {
    throw new LeukoscopeError(
      'TRAIN_OUTPUT',
      `internal: probabilities must be [1, K + 1, ${spec.size.height}, ${spec.size.width}]. Received [${shape.join(', ')}].`,
    );
  }
  const placement = placementOf(size, spec.size, spec.fit);
  const background = (C - 1) * width * height;
  const mask = createMask({ width: size.width, height: size.height });
  for (let y = 0; y < size.height; y++) {
    const row = nearest(y, placement.scaleY, placement.top, height) * width;
    for (let x = 0; x < size.width; x++) {
      const column = nearest(x, placement.scaleX, placement.left, width);
      // Cell rather than background: what the foreground classes say together.
      mask.data[y * size.width + x] = data[background + row + column]! < 0.5 ? 1 : 0;
    }
  }
  return mask;
}

/** The pixel of the input in which the centre of a pixel of the picture lies. */
function nearest(i: number, scale: number, offset: number, extent: number): number {
  return Math.min(extent - 1, Math.max(0, Math.floor((i + 0.5) * scale + offset)));
}

function unionOf(masks: readonly PlacedMask[], { width, height }: Size): Mask {
  const whole = createMask({ width, height });
  for (const { left, top, mask } of masks) {
    for (let y = Math.max(0, -top); y < mask.height && y + top < height; y++) {
      for (let x = Math.max(0, -left); x < mask.width && x + left < width; x++) {
        if (mask.data[y * mask.width + x] !== 0) whole.data[(y + top) * width + x + left] = 1;
      }
    }
  }
  return whole;
}
