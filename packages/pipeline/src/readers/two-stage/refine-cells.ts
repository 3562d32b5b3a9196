/**
 * @file Looks at each located cell at its own scale with the compact model's refiner: probabilities and outline.
 *
 * Where the outline disagrees with the located box, the next pass looks around the outline, so that a badly located
 * cell is seen as well as others; the last one takes the mean over turned views:
 *
 *   p = mean_v softmax(z_v),  then p_k^(1/T) / Σ p^(1/T)
 *
 * Views that disagree make p flat: what the model does not know is unsure by itself.
 */
import {
  type Box,
  boxIou,
  clipBox,
  type PlacedMask,
  type RgbRaster,
  type TensorData,
} from '@leukoscope/core';
import type { Gains } from '@leukoscope/image';
import {
  addTurnedBack,
  outlinedBox,
  refinerClasses,
  refinerMask,
  refinerProbabilities,
  refinerSquare,
  sampleSquareInPlace,
  tempered,
  turnPlane,
  turnsOf,
} from '@leukoscope/models';
import type { ModelSession } from '../../model/model-session.ts';
import type { RefinerSettings } from './locate-refine-settings.ts';

/** How the refiner is used. */
export interface RefinerUse extends RefinerSettings {
  /** T below. */
  readonly temperature: number;
}

/** What the refiner says of a cell. */
export interface RefinedCell {
  /** Around the outline, inside the raster. */
  readonly box: Box;
  readonly mask: PlacedMask | undefined;
  /** Over `refinerClasses`. */
  readonly probabilities: Float64Array;
  /** One list a view, where the network gives them: all features, or those that were pooled. */
  readonly features: readonly Float32Array[];
}

/** A look that agrees this well with the located box (IoU) needs no other square. */
const agreeing = 0.8;

/** Refine located boxes, in their order. */
export async function refineCells(
  session: ModelSession,
  raster: RgbRaster,
  gains: Gains,
  located: readonly Box[],
  refiner: RefinerUse,
): Promise<RefinedCell[]> {
  const refined: RefinedCell[] = [];
  for (let start = 0; start < located.length; start += refiner.batch) {
    const boxes = located.slice(start, start + refiner.batch);
    for (const cell of await refineSome(session, raster, gains, boxes, refiner)) refined.push(cell);
  }
  return refined;
}

/** Refine as many cells as one run takes. */
async function refineSome(
  session: ModelSession,
  raster: RgbRaster,
  gains: Gains,
  located: readonly Box[],
  refiner: RefinerUse,
): Promise<RefinedCell[]> {
  const { cropMargin, passes, views, temperature } = refiner;
  let cells = located.map((box) => beginCell(box, raster, gains, refiner));
  for (let pass = 1; pass < passes; pass++) {
    await lookAt(session, cells, [0], refiner);
    cells = cells.map((cell) => {
      const box = outlinedBox(cell.box, maskOf(cell, cropMargin, raster));
      // The same square again would show the same: what was seen counts as one of the views.
      return boxIou(box, cell.box) >= agreeing ? cell : beginCell(box, raster, gains, refiner);
    });
  }
  await lookAt(session, cells, turnsOf(views), refiner);
  return cells.map((cell) => {
    const mask = maskOf(cell, cropMargin, raster);
    return {
      box: clipBox(outlinedBox(cell.box, mask), raster),
      mask,
      probabilities: tempered(meanOf(cell).probabilities, temperature),
      features: [...cell.seen.values()].flatMap(({ features }) => features ?? []),
    };
  });
}

/** A cell in one square: its crop, and what was seen in each turn of it so far. */
interface CellLooks {
  readonly box: Box;
  /** Planes [3, side, side]. */
  readonly crop: Float32Array;
  readonly seen: Map<number, Look>;
}

/** What the refiner says of one view. */
interface Look {
  readonly logits: Float32Array;
  /** Logits of the outline as the view shows it. */
  readonly grid: Float32Array;
  readonly features: Float32Array | undefined;
}

function beginCell(
  box: Box,
  raster: RgbRaster,
  gains: Gains,
  { side, cropMargin }: Pick<RefinerSettings, 'side' | 'cropMargin'>,
): CellLooks {
  const crop = new Float32Array(3 * side * side);
  sampleSquareInPlace(raster, refinerSquare(box, cropMargin), side, crop, { gains });
  return { box, crop, seen: new Map() };
}

/** Look at cells in those of the turns that were not looked at yet. */
async function lookAt(
  session: ModelSession,
  cells: readonly CellLooks[],
  turns: readonly number[],
  { batch, side }: Pick<RefinerSettings, 'batch' | 'side'>,
): Promise<void> {
  const views = cells.flatMap((cell) =>
    turns.filter((turn) => !cell.seen.has(turn)).map((turn) => ({ cell, turn })),
  );
  for (let start = 0; start < views.length; start += batch) {
    const some = views.slice(start, start + batch);
    const shape = [some.length, 3, side, side];
    const data = new Float32Array(some.length * 3 * side * side);
    some.forEach(({ cell, turn }, n) => {
      turnPlanes(cell.crop, side, turn, data, n * cell.crop.length);
    });
    const {
      logits,
      mask,
      pooled,
      features = pooled,
    } = await session.run({
      image: { dtype: 'float32', shape, data },
    });
    some.forEach(({ cell, turn }, n) => {
      cell.seen.set(turn, {
        logits: rowOf(logits!, n, refinerClasses.length),
        grid: rowOf(mask!, n, (side / 2) ** 2),
        features: features && rowOf(features, n, features.shape[1]!),
      });
    });
  }
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

/** The mean of what was seen: probabilities, and mask logits in the plain view. */
function meanOf({ seen }: CellLooks) {
  const K = refinerClasses.length;
  const probabilities = new Float64Array(K);
  const length = seen.values().next().value!.grid.length;
  const grid = new Float32Array(length);
  for (const [turn, look] of seen) {
    const p = refinerProbabilities(look.logits);
    for (let k = 0; k < K; k++) probabilities[k]! += p[k]! / seen.size;
    addTurnedBack(grid, Math.sqrt(length), turn, look.grid, 1 / seen.size);
  }
  return { probabilities, grid };
}

function maskOf(cell: CellLooks, cropMargin: number, raster: RgbRaster): PlacedMask | undefined {
  return refinerMask(meanOf(cell).grid, refinerSquare(cell.box, cropMargin), raster);
}

/** Row n of an output, without a copy where it is float32. */
function rowOf({ data }: TensorData, n: number, length: number): Float32Array {
  return data instanceof Float32Array
    ? data.subarray(n * length, (n + 1) * length)
    : Float32Array.from({ length }, (_, i) => Number(data[n * length + i]!));
}
