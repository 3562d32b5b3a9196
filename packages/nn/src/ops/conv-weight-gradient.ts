/**
 * @file Formulations of a convolution's gradient with respect to its weights.
 *
 * dw[o, c, i, j] = Σ_n Σ_yx g[n, o, y, x] · x̂[n, c, y s + i d, x s + j d] with x̂ the padded image.
 * ONNX has no operator for it; matrix products over taps come within reach of the forward's speed.
 */

import { int, ints } from '../graph/onnx-attributes.ts';
import type { Emitter, GraphNode, Tensor } from '../graph/tensor.ts';
import type { ConvAttributes } from './conv-attributes.ts';
import { chooseTile, emitWinogradWeightGradient, type ImageValue } from './conv-winograd.ts';

type WeightGradientNode = GraphNode<ConvAttributes & { readonly shape: readonly number[] }>;

/** Write the fastest formulation for the node's shapes; return the output's name. */
export function emitWeightGradient(emitter: Emitter, node: WeightGradientNode): string {
  const [x, g] = node.inputs as [Tensor, Tensor];
  const a = node.attributes;
  const [o, perGroup, kh, kw] = a.shape as [number, number, number, number];
  const image = toImage(emitter, x);
  const gradient = toImage(emitter, g);
  if (a.groups === o && a.groups === image.channels && perGroup === 1) {
    return emitDepthwise(emitter, image, gradient, a);
  }
  if (a.groups > 1) return emitGrouped(emitter, image, gradient, a);
  if (kh === 1 && kw === 1 && a.pads.every((p) => p === 0)) {
    return emitPointwise(emitter, image, gradient, a);
  }
  const tile = chooseTile('weightGradient', a, [kh, kw], {
    n: image.n,
    channels: [image.channels, gradient.channels],
    heights: [image.height, gradient.height],
    widths: [image.width, gradient.width],
  });
  if (tile !== undefined) {
    return emitWinogradWeightGradient(emitter, image, gradient, { tile, pads: a.pads });
  }
  // Few input channels make thin products tap by tap; gathering all taps first makes one wide one.
  if (perGroup < 16) return emitGatheredTaps(emitter, image, gradient, a);
  return a.strides.every((stride) => stride === 1)
    ? emitShiftedProducts(emitter, image, gradient, a)
    : emitTapProducts(emitter, image, gradient, a);
}

function toImage(emitter: Emitter, tensor: Tensor): ImageValue {
  const [n, channels, height, width] = tensor.shape as [number, number, number, number];
  return { name: emitter.nameOf(tensor), n, channels, height, width };
}

/** 1x1: dW = Σ_n g[n] x[n]ᵀ, the batch summed by a product with ones (ReduceSum is 18 times slower). */
function emitPointwise(
  emitter: Emitter,
  x: ImageValue,
  g: ImageValue,
  a: WeightGradientNode['attributes'],
): string {
  const image = stepImage(emitter, x, a.strides, g);
  const pixels = g.height * g.width;
  const gFlat = emitter.add('Reshape', [g.name, emitter.int64s([g.n, g.channels, pixels])]);
  const xFlat = emitter.add('Reshape', [image, emitter.int64s([x.n, x.channels, pixels])]);
  const product = timesTransposed(emitter, gFlat, xFlat);
  return sumOverBatch(emitter, product, g.n, a.shape);
}

/** Keep every stride-th pixel. */
function stepImage(
  emitter: Emitter,
  x: ImageValue,
  strides: readonly number[],
  g: ImageValue,
): string {
  if (strides.every((stride) => stride === 1)) return x.name;
  const ends = [(g.height - 1) * strides[0]! + 1, (g.width - 1) * strides[1]! + 1];
  return emitter.add('Slice', [
    x.name,
    emitter.int64s([0, 0]),
    emitter.int64s(ends),
    emitter.int64s([2, 3]),
    emitter.int64s(strides),
  ]);
}

/** A Bᵀ over the last two axes of three; ONNX Runtime fuses the transpose away. */
function timesTransposed(emitter: Emitter, a: string, b: string): string {
  return emitter.add('MatMul', [a, emitter.add('Transpose', [b], { perm: ints([0, 2, 1]) })]);
}

function sumOverBatch(
  emitter: Emitter,
  product: string,
  n: number,
  shape: readonly number[],
): string {
  if (n === 1) return emitter.add('Reshape', [product, emitter.int64s(shape)]);
  const flat = emitter.add('Reshape', [product, emitter.int64s([n, -1])]);
  const ones = emitter.constant({
    dtype: 'float32',
    shape: [1, n],
    data: new Float32Array(n).fill(1),
  });
  return emitter.add('Reshape', [emitter.add('MatMul', [ones, flat]), emitter.int64s(shape)]);
}

function padImage(emitter: Emitter, x: ImageValue, pads: readonly number[]): string {
  if (pads.every((p) => p === 0)) return x.name;
  const [top, left, bottom, right] = pads as [number, number, number, number];
  return emitter.add('Pad', [x.name, emitter.int64s([0, 0, top, left, 0, 0, bottom, right])]);
}

/** Where tap (i, j) starts and ends in the padded image, so that it meets every output pixel. */
function tapSlice(
  emitter: Emitter,
  image: string,
  i: number,
  j: number,
  g: ImageValue,
  a: ConvAttributes,
  axes: readonly number[],
): string {
  const starts = [i * a.dilations[0]!, j * a.dilations[1]!];
  const ends = [
    starts[0]! + (g.height - 1) * a.strides[0]! + 1,
    starts[1]! + (g.width - 1) * a.strides[1]! + 1,
  ];
  return emitter.add('Slice', [
    image,
    emitter.int64s(starts),
    emitter.int64s(ends),
    emitter.int64s(axes),
    emitter.int64s(a.strides),
  ]);
}

/** One product g [O, NHW] · x [NHW, C] per tap, channels last: no tap needs a transpose. */
function emitTapProducts(
  emitter: Emitter,
  x: ImageValue,
  g: ImageValue,
  a: WeightGradientNode['attributes'],
): string {
  const [o, c, kh, kw] = a.shape as [number, number, number, number];
  const pixels = g.n * g.height * g.width;
  const channelsLast = emitter.add('Transpose', [padImage(emitter, x, a.pads)], {
    perm: ints([0, 2, 3, 1]),
  });
  const gRows = gradientRows(emitter, g, pixels);
  const taps: string[] = [];
  for (let i = 0; i < kh; i++) {
    for (let j = 0; j < kw; j++) {
      const tap = tapSlice(emitter, channelsLast, i, j, g, a, [1, 2]);
      const rows = emitter.add('Reshape', [tap, emitter.int64s([pixels, c])]);
      const product = emitter.add('MatMul', [gRows, rows]);
      taps.push(emitter.add('Reshape', [product, emitter.int64s([o, c, 1])]));
    }
  }
  return joinTaps(emitter, taps, a.shape);
}

/**
 * Stride 1: tap (i, j) pairs row y of g with row y + i - p of x. Shifting g by rows and x by columns
 * needs kH + kW shifted copies, two of them the originals, where cutting every tap out of x needs
 * kH kW: of a 3x3 at 75x75 the copies take a third of the time. A shift is a Pad with one negative side.
 */
function emitShiftedProducts(
  emitter: Emitter,
  x: ImageValue,
  g: ImageValue,
  a: WeightGradientNode['attributes'],
): string {
  const [o, c, kh, kw] = a.shape as [number, number, number, number];
  const [top, left] = a.pads as [number, number];
  const pixels = x.n * x.height * g.width;
  const shift = (name: string, axis: number, rank: number, before: number, after: number) => {
    if (before === 0 && after === 0) return name;
    const amounts = new Array<number>(2 * rank).fill(0);
    amounts[axis] = before;
    amounts[rank + axis] = after;
    return emitter.add('Pad', [name, emitter.int64s(amounts)]);
  };
  const xLast = emitter.add('Transpose', [x.name], { perm: ints([0, 2, 3, 1]) }); // [N, H, W, C]
  const gFirst =
    g.n === 1
      ? emitter.add('Reshape', [g.name, emitter.int64s([o, 1, g.height, g.width])])
      : emitter.add('Transpose', [g.name], { perm: ints([1, 0, 2, 3]) }); // [O, N, H', W']
  const columns = Array.from({ length: kw }, (_, j) => {
    const before = left - j * a.dilations[1]!;
    const shifted = shift(xLast, 2, 4, before, g.width - x.width - before); // [N, H, W', C]
    return emitter.add('Reshape', [shifted, emitter.int64s([pixels, c])]);
  });
  const rows = Array.from({ length: kh }, (_, i) => {
    const before = i * a.dilations[0]! - top;
    const shifted = shift(gFirst, 2, 4, before, x.height - g.height - before); // [O, N, H, W']
    return emitter.add('Reshape', [shifted, emitter.int64s([o, pixels])]);
  });
  const taps = rows.flatMap((row) =>
    columns.map((column) =>
      emitter.add('Reshape', [emitter.add('MatMul', [row, column]), emitter.int64s([o, c, 1])]),
    ),
  );
  return joinTaps(emitter, taps, a.shape);
}

/** Taps [O, C, 1], row by row, as weights [O, C, kH, kW]. */
function joinTaps(emitter: Emitter, taps: readonly string[], shape: readonly number[]): string {
  const joined = taps.length === 1 ? taps[0]! : emitter.add('Concat', taps, { axis: int(2) });
  return emitter.add('Reshape', [joined, emitter.int64s(shape)]);
}

/** g as [O, N H W]. */
function gradientRows(emitter: Emitter, g: ImageValue, pixels: number): string {
  const ordered =
    g.n === 1 ? g.name : emitter.add('Transpose', [g.name], { perm: ints([1, 0, 2, 3]) });
  return emitter.add('Reshape', [ordered, emitter.int64s([g.channels, pixels])]);
}

/** Every tap cut out of the padded image. */
function plainTaps(
  emitter: Emitter,
  x: ImageValue,
  g: ImageValue,
  a: WeightGradientNode['attributes'],
): string[] {
  const [, , kh, kw] = a.shape as [number, number, number, number];
  const padded = padImage(emitter, x, a.pads);
  const taps: string[] = [];
  for (let i = 0; i < kh; i++) {
    for (let j = 0; j < kw; j++) taps.push(tapSlice(emitter, padded, i, j, g, a, [2, 3]));
  }
  return taps;
}

/**
 * Every tap with a stride s on both axes: s² images of every s-th pixel first, out of which taps are cut
 * in whole rows; cutting with a step takes 2.5 times as long.
 */
function phaseTaps(
  emitter: Emitter,
  x: ImageValue,
  g: ImageValue,
  a: WeightGradientNode['attributes'],
): string[] {
  const [, c, kh, kw] = a.shape as [number, number, number, number];
  const s = a.strides[0]!;
  const [top, left] = a.pads as [number, number];
  const reach = (outputs: number, k: number, dilation: number) =>
    s * (outputs + Math.floor(((k - 1) * dilation) / s));
  const bottom = reach(g.height, kh, a.dilations[0]!) - x.height - top;
  const right = reach(g.width, kw, a.dilations[1]!) - x.width - left;
  const padded = padImage(emitter, x, [top, left, bottom, right]);
  const phases = emitter.add('SpaceToDepth', [padded], { blocksize: int(s) }); // [N, (row, column, C), H / s, W / s]
  const taps: string[] = [];
  for (let i = 0; i < kh; i++) {
    for (let j = 0; j < kw; j++) {
      const [row, column] = [i * a.dilations[0]!, j * a.dilations[1]!];
      const starts = [
        ((row % s) * s + (column % s)) * c,
        Math.floor(row / s),
        Math.floor(column / s),
      ];
      const ends = [c, g.height, g.width].map((extent, axis) => starts[axis]! + extent);
      taps.push(
        emitter.add('Slice', [
          phases,
          emitter.int64s(starts),
          emitter.int64s(ends),
          emitter.int64s([1, 2, 3]),
        ]),
      );
    }
  }
  return taps;
}

/** All taps side by side [N, kH kW C, H' W'], then one product with g. */
function emitGatheredTaps(
  emitter: Emitter,
  x: ImageValue,
  g: ImageValue,
  a: WeightGradientNode['attributes'],
): string {
  const [o, c, kh, kw] = a.shape as [number, number, number, number];
  const [stride, other] = a.strides as [number, number];
  const taps =
    stride > 1 && stride === other ? phaseTaps(emitter, x, g, a) : plainTaps(emitter, x, g, a);
  const gathered = taps.length === 1 ? taps[0]! : emitter.add('Concat', taps, { axis: int(1) });
  const pixels = g.height * g.width;
  const columns = emitter.add('Reshape', [gathered, emitter.int64s([g.n, kh * kw * c, pixels])]);
  const gFlat = emitter.add('Reshape', [g.name, emitter.int64s([g.n, o, pixels])]);
  const product = timesTransposed(emitter, gFlat, columns);
  const summed = sumOverBatch(emitter, product, g.n, [o, kh * kw, c]);
  const ordered = emitter.add('Transpose', [summed], { perm: ints([0, 2, 1]) });
  return emitter.add('Reshape', [ordered, emitter.int64s(a.shape)]);
}

/**
 * Depthwise: a grouped convolution in which every image's channel is a group and its gradient the
 * kernel; strides and dilations exchange their roles.
 */
function emitDepthwise(
  emitter: Emitter,
  x: ImageValue,
  g: ImageValue,
  a: WeightGradientNode['attributes'],
): string {
  const [c, , kh, kw] = a.shape as [number, number, number, number];
  const groups = x.n * c;
  const padded = padImage(emitter, x, a.pads);
  const [top, left, bottom, right] = a.pads as [number, number, number, number];
  const paddedSize = [x.height + top + bottom, x.width + left + right];
  // Rows and columns beyond the last window would yield taps that do not exist.
  const used = [
    (g.height - 1) * a.strides[0]! + a.dilations[0]! * (kh - 1) + 1,
    (g.width - 1) * a.strides[1]! + a.dilations[1]! * (kw - 1) + 1,
  ];
  const isExact = used.every((extent, i) => extent === paddedSize[i]);
  const cropped = isExact
    ? padded
    : emitter.add('Slice', [
        padded,
        emitter.int64s([0, 0]),
        emitter.int64s(used),
        emitter.int64s([2, 3]),
      ]);
  const image = emitter.add('Reshape', [cropped, emitter.int64s([1, groups, ...used])]);
  const kernel = emitter.add('Reshape', [g.name, emitter.int64s([groups, 1, g.height, g.width])]);
  const product = emitter.add('Conv', [image, kernel], {
    kernel_shape: ints([g.height, g.width]),
    strides: ints(a.dilations),
    dilations: ints(a.strides),
    pads: ints([0, 0, 0, 0]),
    group: int(groups),
  });
  return sumOverBatch(emitter, product, x.n, a.shape);
}

/** Groups one by one. */
function emitGrouped(
  emitter: Emitter,
  x: ImageValue,
  g: ImageValue,
  a: WeightGradientNode['attributes'],
): string {
  const [o, perGroup] = a.shape as [number, number];
  const outPerGroup = o / a.groups;
  const channelSlice = (image: ImageValue, start: number, count: number): ImageValue => ({
    ...image,
    channels: count,
    name: emitter.add('Slice', [
      image.name,
      emitter.int64s([start]),
      emitter.int64s([start + count]),
      emitter.int64s([1]),
    ]),
  });
  const shape = [outPerGroup, perGroup, ...a.shape.slice(2)];
  const parts = Array.from({ length: a.groups }, (_, group) =>
    emitGatheredTaps(
      emitter,
      channelSlice(x, group * perGroup, perGroup),
      channelSlice(g, group * outPerGroup, outPerGroup),
      { ...a, groups: 1, shape },
    ),
  );
  return emitter.add('Concat', parts, { axis: int(0) });
}
