/** @file Drawn samples and settings of the training steps that were recorded of the compact model's first scripts. */
import type { Annotation, Sample } from '@leukoscope/core';
import { locatorClasses, refinerClasses } from '@leukoscope/models';
import { drawSamples } from './draw-samples.ts';

/** One recorded series. */
export interface StepCase {
  readonly part: 'locator' | 'refiner';
  /** Fields of the family's configuration. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly side: number;
  /** Samples of a batch. */
  readonly count: number;
  readonly steps: number;
  readonly rule: {
    readonly learningRate: number;
    readonly warmUp: number;
    readonly weightDecay: number;
    readonly clipNorm: number;
    readonly averageDecay: number;
  };
}

const locatorRule = {
  learningRate: 0.001,
  warmUp: 20,
  weightDecay: 0.02,
  clipNorm: 10,
  averageDecay: 0.998,
};
const refinerRule = {
  learningRate: 0.0015,
  warmUp: 20,
  weightDecay: 0.05,
  clipNorm: 5,
  averageDecay: 0.999,
};

/** What was recorded, by name. */
export const compactStepCases: Readonly<Record<string, StepCase>> = {
  locator: {
    part: 'locator',
    config: { widths: [4, 6, 8, 8, 8, 8], blocks: [1, 0, 1], upWidths: [8, 8, 6, 4] },
    side: 64,
    count: 2,
    steps: 200,
    rule: locatorRule,
  },
  refiner: {
    part: 'refiner',
    config: {
      widths: [4, 6, 8, 12],
      blocks: [0, 1, 1],
      maskWidth: 6,
      dropout: 0.15,
    },
    side: 32,
    count: 4,
    steps: 200,
    rule: refinerRule,
  },
  'locator at full size': {
    part: 'locator',
    config: {
      widths: [16, 24, 48, 80, 112, 112],
      blocks: [1, 1, 1],
      upWidths: [80, 64, 48, 24],
    },
    side: 256,
    count: 2,
    steps: 3,
    rule: { ...locatorRule, warmUp: 1 },
  },
  'refiner at full size': {
    part: 'refiner',
    config: {
      widths: [24, 48, 96, 160],
      blocks: [1, 3, 3],
      maskWidth: 32,
      dropout: 0.15,
    },
    side: 128,
    count: 4,
    steps: 3,
    rule: { ...refinerRule, warmUp: 1 },
  },
};

/** The samples of a step: fields of which every second leaves two kinds unmarked, or crops with coarse labels. */
export function drawStepSamples({ part, side, count }: StepCase, step: number): Sample[] {
  const size = { width: side, height: side };
  const seed = 100 + (step % 5);
  if (part === 'locator') {
    return drawSamples(locatorClasses, size, { count, cells: 3, seed }).map((sample, n) =>
      n % 2 === 0 ? sample : leaveUnmarked(sample),
    );
  }
  return drawSamples(refinerClasses, size, { count, seed }).map(({ raster, annotations }, n) => ({
    raster,
    annotations: annotations.map(({ mask }): Annotation => {
      const cellClass = n === 0 ? 'neutrophil' : refinerClasses[(step + 4 * n) % 15]!;
      return n === 1 ? { cellClass } : { cellClass, mask: mask! };
    }),
  }));
}

/** Only leukocytes are marked: the other kinds are a crowd over the whole field. */
function leaveUnmarked({ raster, annotations }: Sample): Sample {
  const { width, height } = raster;
  const box = { x1: 0, y1: 0, x2: width, y2: height };
  const crowds = (['erythrocyte', 'platelet'] as const).map((cellClass) => ({
    box,
    cellClass,
    isCrowd: true,
  }));
  const cells = annotations.filter(({ cellClass }) => cellClass === 'leukocyte');
  return { raster, annotations: [...cells, ...crowds] };
}
