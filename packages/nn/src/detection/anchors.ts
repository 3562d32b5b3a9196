/**
 * @file Anchors: reference boxes on the grid of every feature level, as plain numbers.
 *
 * Order as torchvision's `AnchorGenerator`: levels, then rows, columns, and per place ratios (outer)
 * and sizes (inner); a ratio is height / width. Heads' maps [N, A C, H, W] are brought into the same
 * order by `flattenLevel`.
 */
import { float32, LeukoscopeError, type TensorData } from '@leukoscope/core';
import { shapeError, type Tensor } from '../graph/tensor.ts';
import { reshape, transpose } from '../ops/shaping.ts';

/** The anchors of one feature level. */
export interface AnchorLevel {
  /** Feature map's extents. */
  readonly grid: { readonly width: number; readonly height: number };
  /** Image pixels per feature pixel. */
  readonly stride: number;
  /** Sides of square anchors, in image pixels. */
  readonly sizes: readonly number[];
  /** Height / width. */
  readonly ratios: readonly number[];
}

/** Options of `anchorBoxes`. */
export interface AnchorOptions {
  /** Round corners around the origin to whole pixels (half to even), as torchvision. @default true */
  readonly isRounded?: boolean;
  /** Where a place's anchors are centred, in strides from its corner: 0 (torchvision) or 0.5. @default 0 */
  readonly offset?: number;
}

/** All anchors of all levels, xyxy. */
export interface Anchors {
  readonly boxes: TensorData<'float32'>;
  /** How many each level has. */
  readonly levelCounts: readonly number[];
}

/** Lay out the anchors of all levels: boxes [count, 4]. */
export function anchorBoxes(levels: readonly AnchorLevel[], options: AnchorOptions = {}): Anchors {
  const { isRounded = true, offset = 0 } = options;
  const numbers: number[] = [];
  const levelCounts: number[] = [];
  for (const { grid, stride, sizes, ratios } of levels) {
    if (![stride, ...sizes, ...ratios].every((n) => n > 0 && Number.isFinite(n))) {
      throw new LeukoscopeError(
        'NN_OPTION',
        `anchors: stride, sizes and ratios must be above 0. Received ${JSON.stringify({ stride, sizes, ratios })}.`,
      );
    }
    const corners = baseAnchors(sizes, ratios, isRounded);
    for (let row = 0; row < grid.height; row++) {
      for (let column = 0; column < grid.width; column++) {
        const [x, y] = [(column + offset) * stride, (row + offset) * stride];
        for (const [x1, y1, x2, y2] of corners) numbers.push(x + x1, y + y1, x + x2, y + y2);
      }
    }
    levelCounts.push(grid.height * grid.width * corners.length);
  }
  return { boxes: float32(numbers, [numbers.length / 4, 4]), levelCounts };
}

type Corners = readonly [number, number, number, number];

function baseAnchors(
  sizes: readonly number[],
  ratios: readonly number[],
  isRounded: boolean,
): Corners[] {
  const place = (x: number) => (isRounded ? roundHalfToEven(x) : x);
  return ratios.flatMap((ratio) => {
    // In float32, as the reference: a side's last bit decides how a half is rounded.
    const tall = Math.fround(Math.sqrt(ratio));
    const wide = Math.fround(1 / tall);
    return sizes.map((size): Corners => {
      const halfWidth = Math.fround(wide * size) / 2;
      const halfHeight = Math.fround(tall * size) / 2;
      return [place(-halfWidth), place(-halfHeight), place(halfWidth), place(halfHeight)];
    });
  });
}

function roundHalfToEven(x: number): number {
  const low = Math.floor(x);
  const rest = x - low;
  if (rest !== 0.5) return Math.round(x);
  return low % 2 === 0 ? low : low + 1;
}

/** Bring a head's map [N, A C, H, W] into the order of the anchors: [N, H W A, C]. */
export function flattenLevel(map: Tensor, channels: number): Tensor {
  const [n, total, height, width] = map.shape as [number, number, number, number];
  if (map.shape.length !== 4 || total % channels !== 0) {
    throw shapeError(
      'flattenLevel',
      `the map must be [N, A ${channels}, H, W]`,
      [map],
      'Check the head.',
    );
  }
  const perPlace = total / channels;
  const split = reshape(map, [n, perPlace, channels, height, width]);
  return reshape(transpose(split, [0, 3, 4, 1, 2]), [n, height * width * perPlace, channels]);
}
