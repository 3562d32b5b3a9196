/**
 * @file The matrices of minimal filtering F(m, 3) (Winograd 1980; Lavin & Gray 2016), for one axis.
 *
 * m outputs of a filter with 3 taps from m + 2 inputs, with m + 2 products instead of 3 m:
 *   y = Aᵀ [(G w) ⊙ (Bᵀ x)].
 * Here Bᵀ and Aᵀ are laid out for a whole axis, all T = ⌈L / m⌉ tiles at once. Rows and columns of
 * transformed values stand as (place in the tile, tile), so that equal places of all tiles lie together.
 */
import type { TensorData } from '@leukoscope/core';

/** Outputs of a tile. 4 needs 2.25 products per output and plane, 2 needs 4, plain convolution 9. */
export type TileSize = 2 | 4;

/** Taps of the filter. */
export const taps = 3;

interface Kernel {
  /** Bᵀ [m + 2, m + 2]. */
  readonly input: readonly (readonly number[])[];
  /** G [m + 2, 3]. */
  readonly weights: readonly (readonly number[])[];
  /** Aᵀ [m, m + 2]. */
  readonly output: readonly (readonly number[])[];
}

const kernels: Readonly<Record<TileSize, Kernel>> = {
  // From the values of polynomials at 0, 1, -1 and infinity.
  2: {
    input: [
      [1, 0, -1, 0],
      [0, 1, 1, 0],
      [0, -1, 1, 0],
      [0, 1, 0, -1],
    ],
    weights: [
      [1, 0, 0],
      [1 / 2, 1 / 2, 1 / 2],
      [1 / 2, -1 / 2, 1 / 2],
      [0, 0, 1],
    ],
    output: [
      [1, 1, 1, 0],
      [0, 1, -1, -1],
    ],
  },
  // At 0, 1, -1, 2, -2 and infinity.
  4: {
    input: [
      [4, 0, -5, 0, 1, 0],
      [0, -4, -4, 1, 1, 0],
      [0, 4, -4, -1, 1, 0],
      [0, -2, -1, 2, 1, 0],
      [0, 2, -1, -2, 1, 0],
      [0, 4, 0, -5, 0, 1],
    ],
    weights: [
      [1 / 4, 0, 0],
      [-1 / 6, -1 / 6, -1 / 6],
      [-1 / 6, 1 / 6, -1 / 6],
      [1 / 24, 1 / 12, 1 / 6],
      [1 / 24, -1 / 12, 1 / 6],
      [0, 0, 1],
    ],
    output: [
      [1, 1, 1, 1, 1, 0],
      [0, 1, -1, 2, -2, 0],
      [0, 1, 1, 4, 4, 0],
      [0, 1, -1, 8, -8, 1],
    ],
  },
};

/** Tiles that cover an axis. */
export const tilesOver = (extent: number, tile: TileSize): number => Math.ceil(extent / tile);

/** Products per tile and axis. */
export const placesOf = (tile: TileSize): number => tile + taps - 1;

type Matrix = TensorData<'float32'>;

/**
 * `turned` exchanges the first and the last place. For m = 2 these are the places of a filter's first and
 * last tap, and the others weigh both alike: a filter turned by 180° has the same transform in turned order.
 */
export type PlaceOrder = 'plain' | 'turned';

function placeIn(order: PlaceOrder, place: number, places: number): number {
  const isEnd = place === 0 || place === places - 1;
  return order === 'turned' && isEnd ? places - 1 - place : place;
}

/** Matrices by their parameters: equal ones are one object, which a graph then holds once. */
const known = new Map<string, Matrix>();

function matrix(
  key: string,
  rows: number,
  columns: number,
  fill: (set: (row: number, column: number, value: number) => void) => void,
): Matrix {
  const found = known.get(key);
  if (found !== undefined) return found;
  const data = new Float32Array(rows * columns);
  fill((row, column, value) => {
    data[row * columns + column] = value;
  });
  const made: Matrix = { dtype: 'float32', shape: [rows, columns], data };
  known.set(key, made);
  return made;
}

/**
 * Bᵀ over an axis: [(m + 2) T, extent] takes an image axis to its tiles. Tile t covers outputs from m t
 * on and sees inputs from m t - padding on; what lies outside the image is 0.
 */
export function inputMatrix(
  tile: TileSize,
  extent: number,
  outputExtent: number,
  padding: number,
  order: PlaceOrder = 'plain',
): Matrix {
  const count = tilesOver(outputExtent, tile);
  const places = placesOf(tile);
  return matrix(
    `input ${tile} ${extent} ${outputExtent} ${padding} ${order}`,
    places * count,
    extent,
    (set) => {
      for (let t = 0; t < count; t++) {
        kernels[tile].input.forEach((row, place) => {
          row.forEach((value, k) => {
            const at = tile * t + k - padding;
            if (at >= 0 && at < extent) set(placeIn(order, place, places) * count + t, at, value);
          });
        });
      }
    },
  );
}

/** Aᵀ over an axis, turned: [(m + 2) T, extent] takes tiles to the axis as y = matrixᵀ tiles. */
export function outputMatrix(tile: TileSize, extent: number, order: PlaceOrder = 'plain'): Matrix {
  const count = tilesOver(extent, tile);
  const places = placesOf(tile);
  return matrix(`output ${tile} ${extent} ${order}`, places * count, extent, (set) => {
    for (let y = 0; y < extent; y++) {
      kernels[tile].output[y % tile]!.forEach((value, place) => {
        set(placeIn(order, place, places) * count + Math.floor(y / tile), y, value);
      });
    }
  });
}

/**
 * G over both axes: [(m + 2)², 9] takes the taps (row, column) of a filter to places (column, row);
 * `turned`: of the filter turned by 180°.
 */
export function weightMatrix(tile: TileSize, turned: boolean): Matrix {
  const places = placesOf(tile);
  const g = kernels[tile].weights;
  return matrix(`weights ${tile} ${turned}`, places * places, taps * taps, (set) => {
    for (let column = 0; column < places; column++) {
      for (let row = 0; row < places; row++) {
        for (let tap = 0; tap < taps * taps; tap++) {
          const value = g[row]![Math.floor(tap / taps)]! * g[column]![tap % taps]!;
          set(column * places + row, turned ? taps * taps - 1 - tap : tap, value);
        }
      }
    }
  });
}
