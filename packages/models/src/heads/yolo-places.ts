/**
 * @file YOLO's grid: which cell of the picture and which anchor every row of the head belongs to, and which
 * row is responsible for an annotated cell (Redmon & Farhadi 2017, 2018).
 *
 * Rows stand in the order of a .cfg file: levels (coarsest first), rows, columns, anchors. Everything is in
 * pixels of the input. N images, M annotated cells, A rows, T anchors of all levels.
 */
import { float32, LeukoscopeError } from '@leukoscope/core';
import {
  add,
  argMax,
  boxSides,
  cast,
  constant,
  div,
  floor,
  gather,
  maximum,
  minimum,
  mul,
  reshape,
  sub,
  type Tensor,
} from '@leukoscope/nn';
import type { FeatureLevels } from '../backbones/feature-levels.ts';
import { gridOf } from './dense-anchors.ts';

/** Width and height. */
export type AnchorSize = readonly [width: number, height: number];

/** The places of all rows; every tensor float32 [A]. */
export interface YoloPlaces {
  /** Left and upper edge of the row's cell of the grid. */
  readonly x: Tensor;
  readonly y: Tensor;
  readonly stride: Tensor;
  readonly anchorWidth: Tensor;
  readonly anchorHeight: Tensor;
  /** Rows of each level. */
  readonly groups: readonly number[];
  /** By anchor. */
  readonly anchors: readonly PlacedAnchor[];
}

interface PlacedAnchor {
  readonly size: AnchorSize;
  readonly stride: number;
  readonly columns: number;
  readonly rows: number;
  /** First row of its level, plus its place among that level's anchors. */
  readonly start: number;
  readonly perPlace: number;
}

/** Share anchors, sorted from small to large, among levels: the coarsest gets the largest. */
export function anchorsByLevel(anchors: readonly AnchorSize[], levels: number): AnchorSize[][] {
  const each = anchors.length / levels;
  if (!Number.isInteger(each) || each < 1) {
    throw new LeukoscopeError(
      'MODEL_LEVELS',
      `anchors must be as many for each of the ${levels} levels. Received ${anchors.length}.`,
    );
  }
  return Array.from({ length: levels }, (_, i) => {
    const end = anchors.length - i * each;
    return anchors.slice(end - each, end);
  });
}

/** Lay anchors on levels, the coarsest first. */
export function yoloPlaces(
  levels: FeatureLevels,
  anchorsOfLevels: readonly (readonly AnchorSize[])[],
): YoloPlaces {
  const columns: [number[], number[], number[], number[], number[]] = [[], [], [], [], []];
  const anchors: PlacedAnchor[] = [];
  let start = 0;
  const groups = levels.map((level, i) => {
    const { width, height } = gridOf(level);
    const ofLevel = anchorsOfLevels[i]!;
    ofLevel.forEach((size, k) => {
      const perPlace = ofLevel.length;
      const { stride } = level;
      anchors.push({ size, stride, columns: width, rows: height, start: start + k, perPlace });
    });
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < width; column++) {
        for (const [w, h] of ofLevel) {
          const values = [column * level.stride, row * level.stride, level.stride, w, h];
          values.forEach((value, c) => {
            columns[c]!.push(value);
          });
        }
      }
    }
    const count = width * height * ofLevel.length;
    start += count;
    return count;
  });
  const [x, y, stride, anchorWidth, anchorHeight] = columns.map((values) =>
    constant(float32(values)),
  ) as [Tensor, Tensor, Tensor, Tensor, Tensor];
  return { x, y, stride, anchorWidth, anchorHeight, groups, anchors };
}

/** Where an annotated cell is learned, and what is learned there. */
export interface Responsible {
  /** Row of the head, int64 [N, M]. */
  readonly row: Tensor;
  /** The cell's middle within the cell of the grid, 0..1: float32 [N, M] each. */
  readonly offsetX: Tensor;
  readonly offsetY: Tensor;
  /** Sides of box and anchor, float32 [N, M]. */
  readonly width: Tensor;
  readonly height: Tensor;
  readonly anchorWidth: Tensor;
  readonly anchorHeight: Tensor;
}

/** Find the anchor of the most similar shape, and the place that holds the middle of the box. */
export function responsibleRows({ anchors }: YoloPlaces, boxes: Tensor): Responsible {
  const [N, M] = boxes.shape as [number, number];
  const [x1, y1, x2, y2] = boxSides(boxes);
  const width = maximum(sub(x2, x1), 1e-3);
  const height = maximum(sub(y2, y1), 1e-3);
  const table = (of: (anchor: PlacedAnchor) => number) => constant(float32(anchors.map(of)));
  const [widths, heights] = [table(({ size }) => size[0]), table(({ size }) => size[1])];
  const column = (x: Tensor) => reshape(x, [N, M, 1]);
  const overlap = mul(minimum(column(width), widths), minimum(column(height), heights));
  const area = add(column(mul(width, height)), mul(widths, heights));
  const best = argMax(div(overlap, sub(area, overlap)), 2); // [N, M]
  const at = (of: (anchor: PlacedAnchor) => number) => gather(table(of), best);
  const stride = at((anchor) => anchor.stride);
  const columns = at((anchor) => anchor.columns);
  const place = (low: Tensor, high: Tensor, count: Tensor) => {
    const middle = div(mul(add(low, high), 0.5), stride);
    // A middle on the far edge of the picture belongs to the last place.
    const index = minimum(floor(middle), sub(count, 1));
    return { index, offset: sub(middle, index) };
  };
  const across = place(x1, x2, columns);
  const down = place(
    y1,
    y2,
    at((anchor) => anchor.rows),
  );
  const cell = add(mul(down.index, columns), across.index);
  const perPlace = at((anchor) => anchor.perPlace);
  const row = add(
    mul(cell, perPlace),
    at((anchor) => anchor.start),
  );
  return {
    row: cast(row, 'int64'),
    offsetX: across.offset,
    offsetY: down.offset,
    width,
    height,
    anchorWidth: gather(widths, best),
    anchorHeight: gather(heights, best),
  };
}
