/**
 * @file The truth of locators: a Gaussian of heat around each cell's centre, and the distances to its four sides
 * around there, at stride 4.
 *
 * Where cells of a kind lie that nobody marked one by one (a crowd), and around cells whose kind is not one of the
 * locator's exactly, heat is -1: there it is neither praised nor blamed.
 */
import {
  type Annotation,
  type Box,
  type CellClass,
  lineageOf,
  maskBox,
  type Size,
} from '@leukoscope/core';
import { boxToInput } from '@leukoscope/image';
import { input } from '@leukoscope/nn';
import { type PlacedCell, placedCells } from '../truth/box-truth.ts';
import { allowedByLabel } from '../truth/class-truth.ts';
import type { PlacedSample, TruthSpec } from '../truth/truth-spec.ts';
import { type LocatorTargets, locatorStride, reachUnit } from './locator.ts';

/** Spread of the heat over the box's sides: at .12 a pixel half-way to the border has 2e-4. */
const spread = 0.12;
/** Boxes are learned where the heat is above this. */
const boxHeat = 0.45;

/** The truth spec of locators. */
export function locatorTruth(classes: readonly CellClass[]): TruthSpec<LocatorTargets> {
  const K = classes.length;
  return {
    inputs: ({ count: N, size }) => {
      const { width: w, height: h } = gridOf(size);
      return {
        heat: input('heat_target', [N, K, h, w]),
        reach: input('reach_target', [N, 4, h, w]),
        reachWeight: input('reach_weight', [N, 1, h, w]),
      };
    },
    collate(samples, plan) {
      const N = plan.count;
      const grid = gridOf(plan.size);
      const plane = grid.width * grid.height;
      const heat = new Float32Array(N * K * plane);
      const reach = new Float32Array(N * 4 * plane);
      const reachWeight = new Float32Array(N * plane);
      samples.forEach((sample, n) => {
        const own = heat.subarray(n * K * plane, (n + 1) * K * plane);
        const located = { ...sample, annotations: sample.annotations.map(asLocated) };
        const cells = placedCells(located, classes, plan);
        forgetCrowdsInPlace(own, sample, classes, grid);
        const owner = heatUpInPlace(own, cells, grid);
        const reachOf = reach.subarray(n * 4 * plane, (n + 1) * 4 * plane);
        writeReach(reachOf, reachWeight.subarray(n * plane, (n + 1) * plane), owner, cells, grid);
        for (const { annotation, box, isTyped } of cells)
          if (!isTyped) forgetInPlace(own, kindsOf(annotation, classes), box, grid);
      });
      const shape = (channels: number) => [N, channels, grid.height, grid.width];
      return {
        heat_target: { dtype: 'float32', shape: shape(K), data: heat },
        reach_target: { dtype: 'float32', shape: shape(4), data: reach },
        reach_weight: { dtype: 'float32', shape: shape(1), data: reachWeight },
      };
    },
  };
}

/** From afar a nucleated red cell is a leukocyte; the refiner tells them apart. */
function asLocated(annotation: Annotation): Annotation {
  const { cellClass } = annotation;
  const isErythroblast = cellClass !== undefined && lineageOf(cellClass).includes('erythroblast');
  return isErythroblast ? { ...annotation, cellClass: 'leukocyte' } : annotation;
}

function gridOf({ width, height }: Size): Size {
  return { width: width / locatorStride, height: height / locatorStride };
}

function forgetCrowdsInPlace(
  heat: Float32Array,
  { annotations, placement }: PlacedSample,
  classes: readonly CellClass[],
  grid: Size,
): void {
  for (const annotation of annotations) {
    const { box, mask, isCrowd } = annotation;
    const area = box ?? (mask && maskBox(mask));
    if (isCrowd !== true || area === undefined) continue;
    forgetInPlace(heat, kindsOf(annotation, classes), boxToInput(area, placement), grid);
  }
}

/** Kinds that a cell or crowd may be. */
function kindsOf({ cellClass }: Annotation, classes: readonly CellClass[]): boolean[] {
  return cellClass === undefined ? classes.map(() => true) : allowedByLabel(cellClass, classes);
}

function forgetInPlace(
  heat: Float32Array,
  kinds: readonly boolean[],
  { x1, y1, x2, y2 }: Box,
  { width, height }: Size,
): void {
  const [left, right] = [Math.max(0, Math.floor(x1 / locatorStride)), x2 / locatorStride];
  const [top, bottom] = [Math.max(0, Math.floor(y1 / locatorStride)), y2 / locatorStride];
  kinds.forEach((isMeant, k) => {
    if (!isMeant) return;
    for (let y = top; y < Math.min(height, bottom); y++) {
      const row = (k * height + y) * width;
      heat.fill(-1, row + left, row + Math.min(width, Math.ceil(right)));
    }
  });
}

/** Draw the Gaussians; returns which cell's box each place learns, -1 for none: the nearest of all kinds counts. */
function heatUpInPlace(
  heat: Float32Array,
  cells: readonly PlacedCell[],
  { width: w, height: h }: Size,
): Int32Array {
  const nearest = new Float32Array(w * h);
  const owner = new Int32Array(w * h).fill(-1);
  cells.forEach(({ box, classIndex }, index) => {
    const cx = (box.x1 + box.x2) / 2 / locatorStride;
    const cy = (box.y1 + box.y2) / 2 / locatorStride;
    const sigmaX = Math.max(0.7, (spread * (box.x2 - box.x1)) / locatorStride);
    const sigmaY = Math.max(0.7, (spread * (box.y2 - box.y1)) / locatorStride);
    const centreX = Math.min(w - 1, Math.max(0, Math.floor(cx)));
    const centreY = Math.min(h - 1, Math.max(0, Math.floor(cy)));
    const [rx, ry] = [Math.ceil(3 * sigmaX), Math.ceil(3 * sigmaY)];
    for (let y = Math.max(0, centreY - ry); y <= Math.min(h - 1, centreY + ry); y++) {
      for (let x = Math.max(0, centreX - rx); x <= Math.min(w - 1, centreX + rx); x++) {
        // The Gaussian is centred on the centre's pixel, so that there it is exactly 1.
        const value = Math.exp(
          -((x - centreX) ** 2) / (2 * sigmaX ** 2) - (y - centreY) ** 2 / (2 * sigmaY ** 2),
        );
        const i = y * w + x;
        const at = classIndex * w * h + i;
        heat[at] = Math.max(heat[at]!, value);
        if (value > boxHeat && value > nearest[i]!) {
          nearest[i] = value;
          owner[i] = index;
        }
      }
    }
  });
  return owner;
}

function writeReach(
  reach: Float32Array,
  weight: Float32Array,
  owner: Int32Array,
  cells: readonly PlacedCell[],
  { width: w, height: h }: Size,
): void {
  const counts = new Int32Array(cells.length);
  for (const index of owner) if (index >= 0) counts[index]!++;
  owner.forEach((index, i) => {
    if (index < 0) return;
    const { box } = cells[index]!;
    const x = ((i % w) + 0.5) * locatorStride;
    const y = (Math.floor(i / w) + 0.5) * locatorStride;
    [x - box.x1, y - box.y1, box.x2 - x, box.y2 - y].forEach((distance, s) => {
      reach[s * w * h + i] = Math.log(Math.max(1, distance) / reachUnit);
    });
    weight[i] = 1 / counts[index]!;
  });
}
