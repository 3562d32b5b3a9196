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
  type Sample,
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
import { floatsOf } from './output-of.ts';

/** Measures what a model takes for cells. */
export interface OutlineMeasurer {
  add(sample: Sample, found: Mask): void;
  /** NaN where no picture is outlined. */
  finish(): Readonly<Record<string, number>>;
}

/** The measures by the names that they have in logs and tables. */
const named = {
  outlineDice: 'dice',
  outlinePrecision: 'precision',
  outlineMeanIou: 'meanIou',
  outlineFpr: 'falsePositiveRate',
  outlineFnr: 'falseNegativeRate',
  outlineError: 'misclassificationError',
} as const satisfies Record<string, keyof SegmentationMeasures>;

/** Measure masks of whole pictures. */
export function measureOutlines(): OutlineMeasurer {
  const measured: SegmentationMeasures[] = [];
  return {
    add({ raster, annotations }, found) {
      const cells = annotations.filter(({ isCrowd }) => isCrowd !== true);
      if (cells.length < annotations.length || cells.some(({ mask }) => mask === undefined)) return;
      const truth = unionOf(
        cells.map(({ mask }) => mask!),
        raster,
      );
      measured.push(segmentationMeasures(countPixels(truth, found)));
    },
    finish: () =>
      Object.fromEntries(
        Object.entries(named).map(([name, measure]) => [
          name,
          measured.length === 0 ? Number.NaN : mean(measured.map((one) => one[measure])),
        ]),
      ),
  };
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
