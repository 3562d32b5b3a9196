/**
 * @file Looks at each located cell at its own scale with the compact model's refiner: probabilities and outline.
 *
 * Every pass but the first looks around the outline of the one before, so that a badly located cell is seen as well
 * as others; the last one takes the mean over turned views:
 *
 *   p = mean_v softmax(z_v),  then p_k^(1/T) / Σ p^(1/T)
 *
 * Views that disagree make p flat: what the model does not know is unsure by itself.
 */
import {
  type Box,
  clipBox,
  type PlacedMask,
  type RgbRaster,
  type TensorData,
} from '@leukoscope/core';
import {
  addTurnedBack,
  type Gains,
  outlinedBox,
  refinerClasses,
  refinerMask,
  refinerProbabilities,
  refinerSquare,
  sampleSquareInPlace,
  tempered,
  turnPlane,
  turnsOf,
  type ViewCount,
} from '@leukoscope/models';
import type { ModelSession } from '../model/model-session.ts';
import type { CompactConfig } from './compact-config.ts';

/** What the refiner says of a cell. */
export interface RefinedCell {
  /** Around the outline, inside the raster. */
  readonly box: Box;
  readonly mask: PlacedMask | undefined;
  /** Over `refinerClasses`. */
  readonly probabilities: Float64Array;
}

/** Refine located boxes, in their order. */
export async function refineCells(
  session: ModelSession,
  raster: RgbRaster,
  gains: Gains,
  located: readonly Box[],
  { refiner }: CompactConfig,
): Promise<RefinedCell[]> {
  let boxes = [...located];
  let looks: Look[] = [];
  for (let pass = 0; pass < refiner.passes; pass++) {
    if (pass > 0) boxes = boxes.map((box, i) => outlinedBox(box, looks[i]!.mask));
    const views = pass === refiner.passes - 1 ? refiner.views : 1;
    looks = await lookAt(session, raster, gains, boxes, { ...refiner, views });
  }
  return looks.map(({ mask, probabilities }, i) => ({
    box: clipBox(outlinedBox(boxes[i]!, mask), raster),
    mask,
    probabilities: tempered(probabilities, refiner.temperature),
  }));
}

/** What one look at a cell gives. */
interface Look {
  readonly probabilities: Float64Array;
  readonly mask: PlacedMask | undefined;
}

interface LookOptions {
  readonly batch: number;
  readonly side: number;
  readonly cropMargin: number;
  readonly views: ViewCount;
}

async function lookAt(
  session: ModelSession,
  raster: RgbRaster,
  gains: Gains,
  boxes: readonly Box[],
  { batch, side, cropMargin, views }: LookOptions,
): Promise<Look[]> {
  const turns = turnsOf(views);
  const cellsAtOnce = Math.max(1, Math.floor(batch / views));
  const crop = new Float32Array(3 * side * side);
  const looks: Look[] = [];
  for (let start = 0; start < boxes.length; start += cellsAtOnce) {
    const squares = boxes
      .slice(start, start + cellsAtOnce)
      .map((box) => refinerSquare(box, cropMargin));
    const shape = [squares.length * views, 3, side, side];
    const data = new Float32Array(shape.reduce((a, b) => a * b));
    squares.forEach((square, n) => {
      sampleSquareInPlace(raster, square, side, crop, { gains });
      turns.forEach((turn, v) => {
        turnPlanes(crop, side, turn, data, (n * views + v) * crop.length);
      });
    });
    const { logits, mask } = await session.run({ image: { dtype: 'float32', shape, data } });
    squares.forEach((square, n) => {
      const { probabilities, grid } = meanOfViews(logits!, mask!, n * views, turns, side / 2);
      looks.push({ probabilities, mask: refinerMask(grid, square, raster) });
    });
  }
  return looks;
}

function turnPlanes(
  crop: Float32Array,
  side: number,
  turn: number,
  out: Float32Array,
  offset: number,
): void {
  const plane = side * side;
  for (let c = 0; c < 3; c++) {
    const from = crop.subarray(c * plane, (c + 1) * plane);
    turnPlane(from, side, turn, out, offset + c * plane);
  }
}

/** The mean of a cell's views, rows `first` on of the outputs: probabilities, and mask logits in the plain view. */
function meanOfViews(
  logits: TensorData,
  mask: TensorData,
  first: number,
  turns: readonly number[],
  gridSide: number,
) {
  const K = refinerClasses.length;
  const probabilities = new Float64Array(K);
  const grid = new Float32Array(gridSide * gridSide);
  turns.forEach((turn, v) => {
    const p = refinerProbabilities(rowOf(logits, first + v, K));
    for (let k = 0; k < K; k++) probabilities[k]! += p[k]! / turns.length;
    addTurnedBack(grid, gridSide, turn, rowOf(mask, first + v, grid.length), 1 / turns.length);
  });
  return { probabilities, grid };
}

/** Row n of an output, without a copy where it is float32. */
function rowOf({ data }: TensorData, n: number, length: number): Float32Array {
  return data instanceof Float32Array
    ? data.subarray(n * length, (n + 1) * length)
    : Float32Array.from({ length }, (_, i) => Number(data[n * length + i]!));
}
