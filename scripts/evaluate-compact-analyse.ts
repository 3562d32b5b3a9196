/** @file Runs the compact model as it ships, through the pipeline, on fields that measure. */
import {
  type Box,
  type CellClass,
  coarsen,
  type PlacedMask,
  type RgbRaster,
} from '@leukoscope/core';
import { refinerClasses } from '@leukoscope/models';
import { analyseImage } from '@leukoscope/pipeline';
import { openModel } from '@leukoscope/pipeline/node';

/** One leukocyte (or other nucleated cell) of a field. */
export interface AnalysedCell {
  readonly box: Box;
  readonly score: number;
  readonly mask: PlacedMask | undefined;
  /** Over `refinerClasses`, as the description's temperature has them. */
  readonly probabilities: readonly number[];
}

/** A red cell or platelet, as the locator alone says. */
export interface PlainCell {
  readonly box: Box;
  readonly score: number;
  readonly cellClass: CellClass;
}

/** What was found in a field. */
export interface AnalysedCells {
  readonly cells: readonly AnalysedCell[];
  readonly plain: readonly PlainCell[];
}

/** The model, opened. */
export interface CompactAnalyser {
  analyse(raster: RgbRaster): Promise<AnalysedCells>;
  close(): Promise<void>;
}

/** Low enough for whole precision-recall curves. */
const lowestScore = 0.05;

/** Open the model of a description. */
export async function createAnalyser(
  description: string,
  threads: number,
): Promise<CompactAnalyser> {
  const model = await openModel(description, { threads });
  return {
    async analyse(raster) {
      const { findings } = await analyseImage(raster, model, { scoreThreshold: lowestScore });
      return {
        cells: findings.flatMap(({ box, score, mask, probabilities }) =>
          probabilities === undefined ? [] : [{ box, score, mask, probabilities }],
        ),
        plain: findings.filter(({ probabilities }) => probabilities === undefined),
      };
    },
    close: () => model.close(),
  };
}

/** Sum the probabilities of the classes below each wanted class, and scale the sums to 1. */
export function coarseProbabilities(
  probabilities: ArrayLike<number>,
  classes: readonly CellClass[],
): number[] {
  const sums = classes.map(() => 0);
  refinerClasses.forEach((leaf, k) => {
    const coarse = coarsen(leaf, classes);
    if (coarse !== undefined) sums[classes.indexOf(coarse)]! += probabilities[k]!;
  });
  const total = sums.reduce((a, b) => a + b, 0);
  return sums.map((sum) => sum / Math.max(total, 1e-12));
}
