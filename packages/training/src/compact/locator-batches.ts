/**
 * @file Batches for the locator: windows of fields at a drawn magnification, turned by quarters, mirrored
 * and recoloured. A batch depends on the seed and the step alone.
 */
import {
  type Box,
  createRandom,
  type Random,
  type RgbRaster,
  type TensorData,
} from '@leukoscope/core';
import { locatorClasses, locatorStride } from '@leukoscope/models';
import type { Batch } from '../batches.ts';
import { changeColoursInPlace, drawColourChange } from './colour-change.ts';
import { drawByShare } from './draw-by-share.ts';
import type { FieldCell, LocatorField } from './locator-fields.ts';
import { writeLocatorTargets } from './locator-targets.ts';
import type { GroupShare } from './refiner-batches.ts';
import { brightEnd, changeStainInPlace, dimInPlace, drawStainChange } from './stain-change.ts';
import { beyondBorder, fillBorderInPlace } from './store-map.ts';

/** What batches are made of. */
export interface LocatorBatchOptions {
  readonly fields: readonly LocatorField[];
  readonly shares: readonly GroupShare[];
  /** Side of the window in pixels; a multiple of 64. */
  readonly side: number;
  /** Smallest and largest longer side of a leukocyte in the window, in pixels. */
  readonly cellSides: readonly [number, number];
  /** Strength of the change of colours. */
  readonly colour: number;
  /** Shares of windows whose picture ends within a leukocyte, are stained at another pH, in poor light. */
  readonly cuts: number;
  readonly stain: number;
  readonly dim: number;
  readonly batchSize: number;
  readonly seed: number;
}

/** Return the function that makes the batch of a step. */
export function locatorBatches(options: LocatorBatchOptions): (step: number) => Batch {
  const { fields, shares, side, batchSize: N, seed } = options;
  const pools = shares.flatMap(({ group, share }) => {
    const members = fields.filter((field) => field.side === 'train' && field.group === group);
    return members.length === 0 ? [] : [{ share, members }];
  });
  const h = side / locatorStride;
  return (step) => {
    const random = createRandom(seed).fork('locator').fork(step);
    const image = new Float32Array(N * 3 * side * side);
    const heat = new Float32Array(N * locatorClasses.length * h * h);
    const reach = new Float32Array(N * 4 * h * h);
    const reachWeight = new Float32Array(N * h * h);
    for (let n = 0; n < N; n++) {
      const draw = random.fork(n);
      const pool = drawByShare(pools, ({ share }) => share, draw);
      const field = draw.pick(pool.members);
      const cells = drawWindow(field, image, n, options, draw);
      writeLocatorTargets({ heat, reach, reachWeight, n, side }, cells, field.knows);
    }
    return {
      image: float([N, 3, side, side], image),
      heat_target: float([N, locatorClasses.length, h, h], heat),
      reach_target: float([N, 4, h, h], reach),
      reach_weight: float([N, 1, h, h], reachWeight),
    };
  };
}

function float(shape: readonly number[], data: Float32Array): TensorData {
  return { dtype: 'float32', shape, data };
}

/** Draw one window into a batch; returns its cells in pixels of the window. */
function drawWindow(
  field: LocatorField,
  image: Float32Array,
  n: number,
  { side, cellSides, colour, cuts, stain, dim }: LocatorBatchOptions,
  random: Random,
): FieldCell[] {
  const [{ width, height }] = field.levels as [RgbRaster];
  const leukocytes = field.cells.filter(({ kind }) => kind === 0);
  const anchor = leukocytes.length === 0 ? undefined : random.pick(leukocytes).box;
  const wanted = Math.exp(random.uniform(Math.log(cellSides[0]), Math.log(cellSides[1])));
  // Without a leukocyte a third of the field's height stands for one.
  const longer =
    anchor === undefined ? height / 3 : Math.max(anchor.x2 - anchor.x1, anchor.y2 - anchor.y1, 30);
  const scale = wanted / longer; // window pixels per field pixel
  const span = side / scale;
  const whole = { x1: 0, y1: 0, x2: width, y2: height };
  const ends =
    anchor !== undefined && random.chance(cuts) ? endsWithin(anchor, whole, random) : whole;
  const left =
    ends.x1 +
    place(ends.x2 - ends.x1, span, anchor && [anchor.x1 - ends.x1, anchor.x2 - ends.x1], random);
  const top =
    ends.y1 +
    place(ends.y2 - ends.y1, span, anchor && [anchor.y1 - ends.y1, anchor.y2 - ends.y1], random);
  const level = Math.min(
    field.levels.length - 1,
    Math.max(0, Math.floor(Math.log2(1 / scale) + 0.3)),
  );
  const turn = random.integer(0, 8);
  readWindow(field.levels[level]!, { left, top, span, width, ends }, turn, image, n, side);
  const offset = n * 3 * side * side;
  const plane = side * side;
  if (random.chance(stain)) {
    const light = brightEnd((c, i) => Math.max(0, image[offset + c * plane + i]!) | 0, plane);
    changeStainInPlace(image, offset, plane, light, drawStainChange(random));
  }
  const strength = colour * (random.chance(0.3) ? 1.8 : 0.8);
  changeColoursInPlace(image, offset, plane, drawColourChange(random, strength));
  if (random.chance(dim)) dimInPlace(image, offset, side, random);
  fillBorderInPlace({ image, imageOffset: offset, side });
  return field.cells.flatMap(({ box, kind }) => {
    const seen = {
      x1: Math.max(box.x1, ends.x1, left),
      y1: Math.max(box.y1, ends.y1, top),
      x2: Math.min(box.x2, ends.x2, left + span),
      y2: Math.min(box.y2, ends.y2, top + span),
    };
    if ((seen.x2 - seen.x1) * scale < 3 || (seen.y2 - seen.y1) * scale < 3) return [];
    const shown =
      ((seen.x2 - seen.x1) * (seen.y2 - seen.y1)) / ((box.x2 - box.x1) * (box.y2 - box.y1));
    // A sliver at a border is no cell that anybody would mark.
    if (shown < 0.15) return [];
    const moved = {
      x1: (seen.x1 - left) * scale,
      y1: (seen.y1 - top) * scale,
      x2: (seen.x2 - left) * scale,
      y2: (seen.y2 - top) * scale,
    };
    return [{ box: turned(moved, turn, side), kind }];
  });
}

/** Let the picture end within a cell, 25 to 65 % of its width or height still in view. */
function endsWithin(cell: Box, whole: Box, random: Random): Box {
  const shown = random.uniform(0.25, 0.65);
  const [width, height] = [cell.x2 - cell.x1, cell.y2 - cell.y1];
  switch (random.integer(0, 4)) {
    case 0:
      return { ...whole, x1: cell.x2 - shown * width };
    case 1:
      return { ...whole, x2: cell.x1 + shown * width };
    case 2:
      return { ...whole, y1: cell.y2 - shown * height };
    default:
      return { ...whole, y2: cell.y1 + shown * height };
  }
}

/** Where a span begins so that mostly it holds the middle of the wanted range. */
function place(
  extent: number,
  span: number,
  wanted: readonly [number, number] | undefined,
  random: Random,
): number {
  if (span >= extent) return random.uniform(extent - span, 0);
  const free = extent - span;
  if (wanted === undefined || random.chance(0.15)) return random.uniform(0, free);
  const centre = (wanted[0] + wanted[1]) / 2;
  return Math.min(free, Math.max(0, centre - span * random.uniform(0.05, 0.95)));
}

/** Apply one of the eight turns of a square to a box in it. */
function turned(box: Box, turn: number, side: number): Box {
  const [a, b] = [turnPoint(box.x1, box.y1, turn, side), turnPoint(box.x2, box.y2, turn, side)];
  return {
    x1: Math.min(a[0], b[0]),
    y1: Math.min(a[1], b[1]),
    x2: Math.max(a[0], b[0]),
    y2: Math.max(a[1], b[1]),
  };
}

/** Bit 0 swaps the axes, bits 1 and 2 mirror them. Its own inverse up to the order, see `readWindow`. */
function turnPoint(x: number, y: number, turn: number, side: number): [number, number] {
  const [u, v] = (turn & 1) === 1 ? [y, x] : [x, y];
  return [(turn & 2) === 0 ? u : side - u, (turn & 4) === 0 ? v : side - v];
}

interface WindowPlace {
  readonly left: number;
  readonly top: number;
  readonly span: number;
  /** Width of the largest level. */
  readonly width: number;
  /** What of the field counts as the picture. */
  readonly ends: Box;
}

function readWindow(
  raster: RgbRaster,
  { left, top, span, width, ends }: WindowPlace,
  turn: number,
  image: Float32Array,
  n: number,
  side: number,
): void {
  const shrink = raster.width / width;
  const step = (span / side) * shrink; // level pixels per window pixel
  const { data } = raster;
  const plane = side * side;
  const edge = {
    x1: ends.x1 * shrink,
    y1: ends.y1 * shrink,
    x2: ends.x2 * shrink,
    y2: ends.y2 * shrink,
  };
  for (let y = 0, i = n * 3 * plane; y < side; y++) {
    for (let x = 0; x < side; x++, i++) {
      // Undo the mirrors, then the swap.
      const mu = (turn & 2) === 0 ? x + 0.5 : side - x - 0.5;
      const mv = (turn & 4) === 0 ? y + 0.5 : side - y - 0.5;
      const u = left * shrink + ((turn & 1) === 1 ? mv : mu) * step - 0.5;
      const v = top * shrink + ((turn & 1) === 1 ? mu : mv) * step - 0.5;
      if (u < edge.x1 - 0.5 || v < edge.y1 - 0.5 || u > edge.x2 - 0.5 || v > edge.y2 - 0.5) {
        image[i] = beyondBorder;
        continue;
      }
      const x0 = Math.min(raster.width - 2, Math.max(0, Math.floor(u)));
      const y0 = Math.min(raster.height - 2, Math.max(0, Math.floor(v)));
      const fx = Math.min(1, Math.max(0, u - x0));
      const fy = Math.min(1, Math.max(0, v - y0));
      const a = (y0 * raster.width + x0) * 3;
      const b = a + raster.width * 3;
      for (let c = 0; c < 3; c++) {
        const upper = data[a + c]! + (data[a + 3 + c]! - data[a + c]!) * fx;
        const lower = data[b + c]! + (data[b + 3 + c]! - data[b + c]!) * fx;
        image[i + c * plane] = upper + (lower - upper) * fy;
      }
    }
  }
}
