/**
 * @file The compact model: a locator finds cells on the field at working scale, a refiner looks at each
 * leukocyte at its own scale and gives mask and type; looked at again around its outline, a badly located
 * cell is typed as well as others.
 *
 * score = locator score x probability that the crop shows a nucleated cell at all, so that dye and clumped
 * platelets, which only look like leukocytes from afar, fall behind. Red cells and platelets keep what
 * the locator says.
 */
import {
  type Box,
  type CellClass,
  clipBox,
  coarsen,
  type PlacedMask,
  type RgbRaster,
  type Size,
  type TensorData,
  taxonomies,
} from '@leukoscope/core';
import { boxToImage, placementOf, placeRaster } from '@leukoscope/image';
import {
  decodeLocator,
  fillValue,
  type LocatedCell,
  nucleatedClasses,
  nucleatedProbability,
  outlinedBox,
  refinerClasses,
  refinerDefaults,
  refinerEnergy,
  refinerMask,
  refinerProbabilities,
  refinerSquare,
  sampleSquareInPlace,
} from '@leukoscope/models';
import { suppressFindings } from '../merge/suppress-findings.ts';
import type { LeukocyteModel, ModelFinding } from '../model/leukocyte-model.ts';
import type { ModelSession } from '../model/model-session.ts';
import { finerTiling } from '../tiles/finer-tiling.ts';
import type { CompactConfig } from './compact-config.ts';

const classes: readonly CellClass[] = refinerClasses;

/** The loaded networks; `locators[i]` takes inputs of the shape `config.locator.inputs[i]`. */
export interface CompactSessions {
  readonly locators: readonly ModelSession[];
  readonly refiner: ModelSession;
}

/** Make the model of its sessions. */
export function createCompactModel(
  { locators, refiner }: CompactSessions,
  config: CompactConfig,
  hash: string,
): LeukocyteModel {
  const workSide = Math.max(
    ...config.locator.inputs.flatMap(({ width, height }) => [width, height]),
  );
  return {
    facts: { name: config.name, hash, classes },
    tiling: config.tile,
    finerTiling: (findings, shownSide) => finerTiling(findings, { shownSide, workSide }),
    async analyse(raster, options = {}) {
      const { scoreThreshold = config.scoreThreshold } = options;
      const located = await locate(locators, raster, config);
      // The refiner only lowers scores, so what is below the threshold already stays below.
      const leukocytes = located.filter(
        ({ cellClass, score }) => cellClass === 'leukocyte' && score >= scoreThreshold,
      );
      const plain = located
        .filter(({ cellClass }) => cellClass !== 'leukocyte')
        .map(
          ({ box, score, cellClass }): ModelFinding => ({
            box,
            score,
            cellClass,
            classIndex: classes.indexOf(cellClass),
            isUnsure: false,
          }),
        );
      const refined = await refine(refiner, raster, leukocytes, config);
      const findings = suppressFindings(refined, { iouThreshold: config.iouThreshold });
      return [...findings, ...plain].filter(({ score }) => score >= scoreThreshold);
    },
    async close() {
      for (const session of [...locators, refiner]) await session.close();
    },
  };
}

async function locate(
  sessions: readonly ModelSession[],
  raster: RgbRaster,
  { locator }: CompactConfig,
): Promise<LocatedCell[]> {
  const { scoreThreshold, iouThreshold } = locator;
  const chosen = chooseInput(raster, locator.inputs);
  const { width, height } = locator.inputs[chosen]!;
  const placement = placementOf(raster, { width, height }, 'letterbox');
  const { data } = placeRaster(raster, placement, { padding: [fillValue, fillValue, fillValue] });
  const plane = width * height;
  const planes = new Float32Array(3 * plane);
  for (let i = 0; i < plane; i++) {
    planes[i] = data[i * 3]!;
    planes[i + plane] = data[i * 3 + 1]!;
    planes[i + 2 * plane] = data[i * 3 + 2]!;
  }
  const { heat, reach } = await sessions[chosen]!.run({
    image: { dtype: 'float32', shape: [1, 3, height, width], data: planes },
  });
  return decodeLocator(heat!, reach!, 0, { scoreThreshold, iouThreshold })
    .map((cell) => ({ ...cell, box: boxToImage(cell.box, placement) }))
    .filter(({ box }) => box.x2 - box.x1 >= 1 && box.y2 - box.y1 >= 1);
}

/** Choose the input that shows the image largest, and of equals the one with the least padding. */
export function chooseInput(image: Size, inputs: readonly Size[]): number {
  const scaleIn = ({ width, height }: Size) => Math.min(width / image.width, height / image.height);
  const areaOf = ({ width, height }: Size) => width * height;
  return inputs.reduce((best, input, i) => {
    const gain = scaleIn(input) / scaleIn(inputs[best]!);
    if (gain > 1.001) return i;
    return gain > 0.999 && areaOf(input) < areaOf(inputs[best]!) ? i : best;
  }, 0);
}

/** What one look at a cell gives. */
interface Look {
  readonly logits: Float32Array;
  readonly mask: PlacedMask | undefined;
}

async function refine(
  session: ModelSession,
  raster: RgbRaster,
  cells: readonly LocatedCell[],
  config: CompactConfig,
): Promise<ModelFinding[]> {
  let boxes = cells.map(({ box }) => box);
  let looks: Look[] = [];
  for (let pass = 0; pass < config.refiner.passes; pass++) {
    if (pass > 0) boxes = boxes.map((box, i) => outlinedBox(box, looks[i]!.mask));
    looks = await lookAt(session, raster, boxes, config);
  }
  return cells.map(({ score }, i) => toFinding(boxes[i]!, score, looks[i]!, raster, config));
}

async function lookAt(
  session: ModelSession,
  raster: RgbRaster,
  boxes: readonly Box[],
  { refiner }: CompactConfig,
): Promise<Look[]> {
  const { batch, side, cropMargin } = refiner;
  const K = refinerClasses.length;
  const grid = (side / 2) ** 2;
  const squareOf = (box: Box) => refinerSquare(box, { ...refinerDefaults, cropMargin });
  const looks: Look[] = [];
  for (let start = 0; start < boxes.length; start += batch) {
    const part = boxes.slice(start, start + batch);
    const data = new Float32Array(batch * 3 * side * side);
    part.forEach((box, n) => {
      sampleSquareInPlace(raster, squareOf(box), side, data, n * 3 * side * side);
    });
    const { logits, mask } = await session.run({
      image: { dtype: 'float32', shape: [batch, 3, side, side], data },
    });
    part.forEach((box, n) => {
      looks.push({
        logits: rowOf(logits!, n, K),
        mask: refinerMask(rowOf(mask!, n, grid), squareOf(box), raster),
      });
    });
  }
  return looks;
}

function toFinding(
  located: Box,
  score: number,
  { logits, mask }: Look,
  raster: RgbRaster,
  { refiner, unsure }: CompactConfig,
): ModelFinding {
  const probabilities = refinerProbabilities(logits, refiner.temperature);
  let best = 0;
  probabilities.forEach((p, k) => {
    if (p > probabilities[best]!) best = k;
  });
  const cellClass: CellClass = refinerClasses[best]!;
  return {
    box: clipBox(outlinedBox(located, mask), raster),
    score: score * nucleatedProbability(probabilities),
    classIndex: best,
    cellClass,
    probabilities: Array.from(probabilities),
    isUnsure:
      coarseProbability(probabilities, cellClass) < unsure.probability ||
      probabilities[best]! < unsure.fine ||
      refinerEnergy(logits) < unsure.energy,
    // Outlines were learnt from nucleated cells only.
    ...(mask === undefined || best >= nucleatedClasses ? {} : { mask }),
  };
}

/** Probability of all classes that share the class's row among five types. */
function coarseProbability(probabilities: ArrayLike<number>, cellClass: CellClass): number {
  const typeOf = (c: CellClass) => coarsen(c, taxonomies.five.classes) ?? c;
  const type = typeOf(cellClass);
  let sum = 0;
  refinerClasses.forEach((c, k) => {
    if (typeOf(c) === type) sum += probabilities[k]!;
  });
  return sum;
}

function rowOf(tensor: TensorData, n: number, length: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => Number(tensor.data[n * length + i]!));
}
