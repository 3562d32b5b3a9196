/** @file Locate, then refine: both networks of the compact model on whole fields. */
import { readFile } from 'node:fs/promises';
import {
  type Box,
  type CellClass,
  coarsen,
  nms,
  type PlacedMask,
  packBoxes,
  type RgbRaster,
  type TensorData,
} from '@leukoscope/core';
import {
  buildRefiner,
  nucleatedProbability,
  outlinedBox,
  refinerClasses,
  refinerEnergy,
  refinerMask,
  refinerProbabilities,
  refinerSquare,
  sampleSquareInPlace,
} from '@leukoscope/models';
import { buildInferenceModel, input, readSafetensors } from '@leukoscope/nn';
import type { Runtime } from '@leukoscope/nn/runtime';
import type { CompactExperiment } from '@leukoscope/training';
import { createFieldLocator, type FieldLocator, locatorModel } from './train-compact-locate.ts';

/** One leukocyte (or other nucleated cell) of a field. */
export interface AnalysedCell {
  readonly box: Box;
  readonly locatedBox: Box;
  readonly score: number;
  readonly mask: PlacedMask | undefined;
  readonly logits: Float32Array;
  /** Over `refinerClasses`, at temperature 1. */
  readonly probabilities: Float64Array;
  readonly energy: number;
}

/** Options of the analyser. */
export interface AnalyserOptions {
  readonly runtime: Runtime;
  readonly experiment: CompactExperiment;
  /** Weights, or an exported network with free height and width. */
  readonly locatorWeights: string;
  /** Weights, or an exported network for batches of 4. */
  readonly refinerWeights: string;
  /** How often each cell is refined; from the second time on around the outline found before. */
  readonly passes: number;
}

/** Both networks, loaded. */
export interface CompactAnalyser {
  /** The first network alone: red cells and platelets too. */
  readonly locator: FieldLocator;
  analyse(raster: RgbRaster): Promise<AnalysedCell[]>;
  dispose(): Promise<void>;
}

const batch = 4;
/** Located places below this are not worth refining. */
const lowestScore = 0.05;

/** Load both networks. */
export async function createAnalyser(options: AnalyserOptions): Promise<CompactAnalyser> {
  const { runtime, experiment, passes } = options;
  const { config } = experiment.refiner;
  const locator = createFieldLocator(
    runtime,
    await openNetwork(options.locatorWeights, (weights) =>
      locatorModel(experiment.locator.config, weights),
    ),
    experiment.locator.workSide,
  );
  const S = config.side;
  const refinerAt = await openNetwork(
    options.refinerWeights,
    (weights) => () =>
      buildInferenceModel((scope) => {
        const { logits, mask } = buildRefiner(scope, input('image', [batch, 3, S, S]), config);
        return { logits, mask };
      }, weights),
  );
  const refiner = await runtime.load(refinerAt(S, S));

  const refineOnce = async (raster: RgbRaster, boxes: readonly Box[]): Promise<Refined[]> => {
    const refined: Refined[] = [];
    for (let start = 0; start < boxes.length; start += batch) {
      const some = boxes.slice(start, start + batch);
      const image = new Float32Array(batch * 3 * S * S);
      some.forEach((box, n) => {
        sampleSquareInPlace(raster, refinerSquare(box, config), S, image, n * 3 * S * S);
      });
      const outputs = await refiner.run({
        image: { dtype: 'float32', shape: [batch, 3, S, S], data: image },
      });
      const K = refinerClasses.length;
      const plane = (S / 2) ** 2;
      some.forEach((box, n) => {
        const logits = (outputs['logits']!.data as Float32Array).slice(n * K, (n + 1) * K);
        const grid = (outputs['mask']!.data as Float32Array).subarray(n * plane, (n + 1) * plane);
        refined.push({ logits, mask: refinerMask(grid, refinerSquare(box, config), raster) });
      });
    }
    return refined;
  };

  return {
    locator,
    async analyse(raster) {
      const located = (await locator.locate(raster, lowestScore)).filter(
        ({ cellClass }) => cellClass === 'leukocyte',
      );
      let boxes = located.map(({ box }) => box);
      let refined: Refined[] = [];
      for (let pass = 0; pass < passes; pass++) {
        if (pass > 0) boxes = boxes.map((box, i) => outlinedBox(box, refined[i]!.mask));
        refined = await refineOnce(raster, boxes);
      }
      const cells = located.map(({ box, score }, i): AnalysedCell => {
        const { logits, mask } = refined[i]!;
        const probabilities = refinerProbabilities(logits);
        return {
          box: outlinedBox(box, refined[i]!.mask),
          locatedBox: box,
          score: score * nucleatedProbability(probabilities),
          mask,
          logits,
          probabilities,
          energy: refinerEnergy(logits),
        };
      });
      const scores = Float32Array.from(cells, ({ score }) => score);
      return nms(packBoxes(cells.map(({ box }) => box)), scores, 0.6).map((i) => cells[i]!);
    },
    async dispose() {
      await locator.dispose();
      await refiner.dispose();
    },
  };
}

/** The bytes of a network for inputs of a size: an exported file as it is, or built of weights. */
async function openNetwork(
  file: string,
  build: (
    weights: ReadonlyMap<string, TensorData>,
  ) => (width: number, height: number) => Uint8Array,
): Promise<(width: number, height: number) => Uint8Array> {
  const bytes = new Uint8Array(await readFile(file));
  return file.endsWith('.onnx') ? () => bytes : build(readSafetensors(bytes).tensors);
}

interface Refined {
  readonly logits: Float32Array;
  readonly mask: PlacedMask | undefined;
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
