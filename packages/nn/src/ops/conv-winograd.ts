/**
 * @file 3x3 convolutions of stride 1 and both their gradients by minimal filtering: 2 to 4 times fewer
 * products than tap by tap.
 *
 *   y  = Aᵀ [Σ_c (G w Gᵀ) ⊙ (Bᵀ x B)] A        one matrix product [tiles, C] [C, O] per place
 *   dx = the same with g for x and the weights turned by 180°
 *   dw = Gᵀ [Σ_tiles (A g Aᵀ) ⊙ (Bᵀ x B)] G
 *
 * Transforms of an axis are products with the small matrices of winograd-matrices.ts. The order of the
 * axes is chosen so that every product reads its operands as they lie (or transposed, which ONNX
 * Runtime fuses): nothing is ever copied into another order. Rounding: 4e-7 (m = 2) and 2e-6 (m = 4)
 * relative to the plain sums, in L2.
 */
import type { TensorData } from '@leukoscope/core';
import { ints } from '../graph/onnx-attributes.ts';
import type { Emitter } from '../graph/tensor.ts';
import type { ConvAttributes } from './conv-attributes.ts';
import {
  inputMatrix,
  outputMatrix,
  type PlaceOrder,
  placesOf,
  type TileSize,
  taps,
  tilesOver,
  weightMatrix,
} from './winograd-matrices.ts';

/** A value [N, C, H, W] in the ONNX graph. */
export interface ImageValue {
  readonly name: string;
  readonly n: number;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

/** A convolution's extents, as the choice of a formulation needs them. */
export interface ConvExtents {
  readonly n: number;
  /** In and out. */
  readonly channels: readonly [number, number];
  /** Before and after the convolution. */
  readonly heights: readonly [number, number];
  readonly widths: readonly [number, number];
}

/** What is worked out: each has its own transforms and its own plain formulation to beat. */
export type ConvTask = 'forward' | 'inputGradient' | 'weightGradient';

/**
 * Multiply-adds per nanosecond on two cores of the processor in docs/benchmarks.md; only ratios matter.
 * Plain forward and dx were measured at 78 and 76: 8 % more allow for the bias, activation and sum that
 * ONNX Runtime takes into a plain convolution.
 */
const rates = {
  minimal: 100,
  plain: { forward: 84, inputGradient: 82, weightGradient: 58 },
};
/** A transformed weight costs as much as this many multiply-adds: it is written and read from memory. */
const perTransformedWeight = 32;

/** Choose the tile that takes least time, or undefined where tap by tap is faster. */
export function chooseTile(
  task: ConvTask,
  a: ConvAttributes,
  kernel: readonly number[],
  extents: ConvExtents,
): TileSize | undefined {
  const isFit =
    a.groups === 1 &&
    kernel.every((k) => k === taps) &&
    [...a.strides, ...a.dilations].every((n) => n === 1) &&
    a.pads.every((p) => p < taps);
  if (!isFit) return undefined;
  const { n, channels, heights, widths } = extents;
  const products = n * channels[0] * channels[1] * heights[1] * widths[1] * taps * taps;
  let best: TileSize | undefined;
  let least = products / rates.plain[task];
  for (const tile of [2, 4] as const) {
    const time = multiplyAdds(task, tile, extents) / rates.minimal;
    if (time < least) [best, least] = [tile, time];
  }
  return best;
}

/** Work with a tile: the transforms of two images, the weights' transform, and the products between. */
function multiplyAdds(task: ConvTask, tile: TileSize, extents: ConvExtents): number {
  const { n, channels, heights, widths } = extents;
  const places = placesOf(tile);
  // dx is tiled by the pixels of x, dw by those of y.
  const tiled = task === 'inputGradient' ? 0 : 1;
  const rows = tilesOver(heights[tiled], tile);
  const columns = tilesOver(widths[tiled], tile);
  const transform = (side: 0 | 1) =>
    n * channels[side] * heights[side] * places * columns * (widths[side] + places * rows);
  const weights = places * places * channels[0] * channels[1];
  const main = n * rows * columns * weights;
  return transform(0) + transform(1) + main + perTransformedWeight * weights;
}

/** y [N, O, H', W'] from x [N, C, H, W] and weights [O, C, 3, 3], without bias. */
export function emitWinogradForward(
  emitter: Emitter,
  x: ImageValue,
  weights: { readonly name: string; readonly channels: number },
  to: {
    readonly tile: TileSize;
    readonly size: readonly number[];
    readonly pads: readonly number[];
  },
): string {
  const { tile } = to;
  const [height, width] = to.size as [number, number];
  const order = [weights.channels, x.channels] as const;
  const transformed = transformWeights(emitter, weights.name, weightMatrix(tile, false), order);
  const tiles = toTiles(emitter, x, {
    rows: inputMatrix(tile, x.height, height, to.pads[0]!),
    columns: inputMatrix(tile, x.width, width, to.pads[1]!),
    places: placesOf(tile),
  });
  const product = emitter.add('MatMul', [tiles, turnLast(emitter, transformed)]); // [places², tiles N, O]
  const image = { n: x.n, channels: weights.channels, height, width };
  return fromTiles(emitter, product, image, tile);
}

/** dx [N, C, H, W] from g [N, O, H', W'] and weights [O, C, 3, 3]. */
export function emitWinogradInputGradient(
  emitter: Emitter,
  g: ImageValue,
  weights: { readonly name: string; readonly channels: number },
  to: {
    readonly tile: TileSize;
    readonly size: readonly number[];
    readonly pads: readonly number[];
  },
): string {
  const { tile } = to;
  const [height, width] = to.size as [number, number];
  const [top, left] = to.pads.map((p) => taps - 1 - p) as [number, number];
  // With m = 2 the forward's transform serves again, read in turned order.
  const order: PlaceOrder = tile === 2 ? 'turned' : 'plain';
  const matrix = weightMatrix(tile, tile !== 2);
  const transformed = transformWeights(emitter, weights.name, matrix, [
    g.channels,
    weights.channels,
  ]);
  const tiles = toTiles(emitter, g, {
    rows: inputMatrix(tile, g.height, height, top, order),
    columns: inputMatrix(tile, g.width, width, left, order),
    places: placesOf(tile),
  });
  const product = emitter.add('MatMul', [tiles, transformed]); // [places², tiles N, C]
  const image = { n: g.n, channels: weights.channels, height, width };
  return fromTiles(emitter, product, image, tile, order);
}

/** dw [O, C, 3, 3] from x [N, C, H, W] and g [N, O, H', W']. */
export function emitWinogradWeightGradient(
  emitter: Emitter,
  x: ImageValue,
  g: ImageValue,
  { tile, pads }: { readonly tile: TileSize; readonly pads: readonly number[] },
): string {
  const places = placesOf(tile);
  const xTiles = toTiles(emitter, x, {
    rows: inputMatrix(tile, x.height, g.height, pads[0]!),
    columns: inputMatrix(tile, x.width, g.width, pads[1]!),
    places,
  });
  const gTiles = toTiles(emitter, g, {
    rows: outputMatrix(tile, g.height),
    columns: outputMatrix(tile, g.width),
    places,
  });
  const product = emitter.add('MatMul', [turnLast(emitter, gTiles), xTiles]); // [places², O, C]
  const flat = reshape(emitter, product, [places * places, g.channels * x.channels]);
  const folded = emitter.add('MatMul', [
    transpose(emitter, flat),
    emitter.constant(weightMatrix(tile, false)),
  ]);
  return reshape(emitter, folded, [g.channels, x.channels, taps, taps]);
}

/** G w Gᵀ of weights [first, second, 3, 3] as [places², first, second]. */
function transformWeights(
  emitter: Emitter,
  weights: string,
  matrix: TensorData<'float32'>,
  [first, second]: readonly [number, number],
): string {
  const flat = reshape(emitter, weights, [first * second, taps * taps]);
  const transformed = emitter.add('MatMul', [emitter.constant(matrix), transpose(emitter, flat)]);
  return reshape(emitter, transformed, [matrix.shape[0]!, first, second]);
}

interface TileTransform {
  /** [places · tiles, extent] of the vertical and the horizontal axis. */
  readonly rows: TensorData<'float32'>;
  readonly columns: TensorData<'float32'>;
  readonly places: number;
}

/** Image [N, C, H, W] -> [places², tiles · N, C], places ordered (column, row). */
function toTiles(emitter: Emitter, image: ImageValue, transform: TileTransform): string {
  const { n, channels, height, width } = image;
  const { rows, columns, places } = transform;
  const [down, across] = [rows.shape[0]!, columns.shape[0]!];
  // Across: [places tiles, W] [N C H, W]ᵀ, so the new axis comes first and H is last.
  const lines = reshape(emitter, image.name, [n * channels * height, width]);
  const wide = emitter.add('MatMul', [emitter.constant(columns), transpose(emitter, lines)]);
  // Down, for each place of the columns: [places tiles, H] [tiles N C, H]ᵀ.
  const stacked = reshape(emitter, wide, [places, (across / places) * n * channels, height]);
  const tiles = emitter.add('MatMul', [emitter.constant(rows), turnLast(emitter, stacked)]);
  return reshape(emitter, tiles, [
    places * places,
    (down / places) * (across / places) * n,
    channels,
  ]);
}

/** [places², tiles · N, C] -> image [N, C, H, W]: the same two steps backwards. */
function fromTiles(
  emitter: Emitter,
  tiles: string,
  { n, channels, height, width }: Omit<ImageValue, 'name'>,
  tile: TileSize,
  order: PlaceOrder = 'plain',
): string {
  const [rows, columns] = [outputMatrix(tile, height, order), outputMatrix(tile, width, order)];
  const places = placesOf(tile);
  const [down, across] = [rows.shape[0]!, columns.shape[0]!];
  const stacked = reshape(emitter, tiles, [places, down, (across / places) * n * channels]);
  const high = emitter.add('MatMul', [turnLast(emitter, stacked), emitter.constant(rows)]); // [places, tiles N C, H]
  const lines = reshape(emitter, high, [across, n * channels * height]);
  const flat = emitter.add('MatMul', [transpose(emitter, lines), emitter.constant(columns)]);
  return reshape(emitter, flat, [n, channels, height, width]);
}

function reshape(emitter: Emitter, name: string, shape: readonly number[]): string {
  return emitter.add('Reshape', [name, emitter.int64s(shape)]);
}

/** The transpose of a matrix; ONNX Runtime fuses it into the product. */
function transpose(emitter: Emitter, name: string): string {
  return emitter.add('Transpose', [name], { perm: ints([1, 0]) });
}

/** The transposes of a stack of matrices. */
function turnLast(emitter: Emitter, name: string): string {
  return emitter.add('Transpose', [name], { perm: ints([0, 2, 1]) });
}
