/** @file Pooling of images [N, C, H, W]: largest, average, global, adaptive, and SegNet's unpooling. */
import { elementCount, LeukoscopeError } from '@leukoscope/core';
import { int, ints } from '../graph/onnx-attributes.ts';
import { windowExtent } from '../graph/shape.ts';
import { applyOp, applyOp1, constant, type Op, shapeError, type Tensor } from '../graph/tensor.ts';
import { cast, div, equal, mul } from './elementwise.ts';
import { gatherElements, scatterElements } from './indexing.ts';
import { matmul } from './matmul.ts';
import { mean } from './reduction.ts';
import { resizeNearest } from './resize.ts';
import { pad, reshape, slice } from './shaping.ts';

interface PoolAttributes {
  readonly kernel: readonly [number, number];
  readonly strides: readonly [number, number];
  /** Top, left, bottom, right. */
  readonly pads: readonly number[];
  readonly ceil: boolean;
}

function inferPool(name: string, x: Tensor, a: PoolAttributes): number[] {
  const extents = [0, 1].map((i) =>
    windowExtent(
      x.shape[2 + i]!,
      a.kernel[i]!,
      a.strides[i]!,
      a.pads[i]!,
      a.pads[2 + i]!,
      1,
      a.ceil,
    ),
  );
  if (x.shape.length !== 4 || extents.some((extent) => extent < 1)) {
    throw shapeError(
      name,
      'x must be [N, C, H, W] and the window must fit',
      [x],
      'Use a smaller window.',
    );
  }
  return [...x.shape.slice(0, 2), ...extents];
}

function poolNodeAttributes(a: PoolAttributes) {
  return {
    kernel_shape: ints(a.kernel),
    strides: ints(a.strides),
    pads: ints(a.pads),
    ceil_mode: int(a.ceil ? 1 : 0),
  };
}

/** Windows that tile the image exactly: no padding, no overlap, nothing left over. */
function tiles(x: Tensor, a: PoolAttributes): boolean {
  return (
    a.pads.every((p) => p === 0) &&
    a.kernel.every((k, i) => k === a.strides[i] && x.shape[2 + i]! % k === 0)
  );
}

export const maxPoolOp: Op<PoolAttributes> = {
  name: 'maxPool',
  infer: ([x], a) => [{ shape: inferPool('maxPool', x!, a), dtype: x!.dtype }],
  emit: (emitter, node) => [
    emitter.add('MaxPool', node.inputs.map(emitter.nameOf), poolNodeAttributes(node.attributes)),
  ],
  gradient: {
    backward: (node, [g]) => {
      if (g === undefined) return [undefined];
      const x = node.inputs[0]!;
      const y = node.outputs[0]!;
      const a = node.attributes;
      if (tiles(x, a)) {
        // Where x equals its window's maximum. Equal maxima share the gradient evenly.
        const size = x.shape.slice(2);
        const isMax = cast(equal(x, resizeNearest(y, size)), 'float32');
        const count = averagePoolOf(isMax, { ...a, ceil: false });
        const share = div(g, mul(count, a.kernel[0] * a.kernel[1]));
        return [mul(isMax, resizeNearest(share, size))];
      }
      // Overlapping windows: ONNX tells which pixel each window took; add each share there.
      const [, indices] = applyOp(maxPoolIndicesOp, [x], a) as [Tensor, Tensor];
      const flat = constant({
        dtype: 'float32',
        shape: [elementCount(x.shape)],
        data: new Float32Array(elementCount(x.shape)),
      });
      const added = scatterElements(flat, reshape(indices, [-1]), reshape(g, [-1]), 0, 'add');
      return [reshape(added, x.shape)];
    },
  },
};

/** Maxima and where they stand, as flat indices into the whole tensor (ONNX's convention). */
export const maxPoolIndicesOp: Op<PoolAttributes> = {
  name: 'maxPoolIndices',
  infer: ([x], a) => {
    const shape = inferPool('maxPoolIndices', x!, a);
    return [
      { shape, dtype: x!.dtype },
      { shape, dtype: 'int64' },
    ];
  },
  emit: (emitter, node) =>
    emitter.addMany(
      'MaxPool',
      node.inputs.map(emitter.nameOf),
      2,
      poolNodeAttributes(node.attributes),
    ),
  gradient: {
    backward: (node, [g]) => {
      if (g === undefined) return [undefined];
      const x = node.inputs[0]!;
      const flat = constant({
        dtype: 'float32',
        shape: [elementCount(x.shape)],
        data: new Float32Array(elementCount(x.shape)),
      });
      const added = scatterElements(
        flat,
        reshape(node.outputs[1]!, [-1]),
        reshape(g, [-1]),
        0,
        'add',
      );
      return [reshape(added, x.shape)];
    },
  },
};

/** Put every value back where its maximum stood, zeros elsewhere (SegNet). */
export const maxUnpoolOp: Op<{ readonly shape: readonly number[] }> = {
  name: 'maxUnpool',
  infer: (inputs, { shape }) => {
    const [x, indices] = inputs as [Tensor, Tensor];
    if (indices.dtype !== 'int64' || elementCount(indices.shape) !== elementCount(x.shape)) {
      throw shapeError(
        'maxUnpool',
        'indices must be the int64 output of maxPoolWithIndices for x',
        inputs,
        'Pass both results of one pooling on.',
      );
    }
    return [{ shape, dtype: x.dtype }];
  },
  emit: (emitter, node) => {
    // One scatter, exact for overlapping windows too (ONNX's MaxUnpool is not).
    const { shape } = node.attributes;
    const count = elementCount(shape);
    const zero = emitter.constant({
      dtype: 'float32',
      shape: [count],
      data: new Float32Array(count),
    });
    const flatten = emitter.int64s([-1]);
    const [x, indices] = node.inputs.map((t) =>
      emitter.add('Reshape', [emitter.nameOf(t), flatten]),
    );
    const placed = emitter.add('ScatterElements', [zero, indices!, x!], { axis: int(0) });
    return [emitter.add('Reshape', [placed, emitter.int64s(shape)])];
  },
  gradient: {
    backward: (node, [g]) => {
      if (g === undefined) return [undefined, undefined];
      const [x, indices] = node.inputs as [Tensor, Tensor];
      const taken = gatherElements(reshape(g, [-1]), reshape(indices, [-1]), 0);
      return [reshape(taken, x.shape), undefined];
    },
  },
};

export const averagePoolOp: Op<PoolAttributes & { readonly countPadding: boolean }> = {
  name: 'averagePool',
  infer: ([x], a) => [{ shape: inferPool('averagePool', x!, a), dtype: x!.dtype }],
  emit: (emitter, node) => [
    emitter.add('AveragePool', node.inputs.map(emitter.nameOf), {
      ...poolNodeAttributes(node.attributes),
      count_include_pad: int(node.attributes.countPadding ? 1 : 0),
    }),
  ],
  gradient: {
    backward: (node, [g]) => {
      if (g === undefined) return [undefined];
      const x = node.inputs[0]!;
      const a = node.attributes;
      if (tiles(x, a)) {
        return [resizeNearest(div(g, a.kernel[0] * a.kernel[1]), x.shape.slice(2))];
      }
      // Separable: each axis is a fixed matrix of window membership.
      const rows = windowMatrix(x.shape[2]!, g.shape[2]!, a, 0);
      const columns = windowMatrix(x.shape[3]!, g.shape[3]!, a, 1);
      return [matmul(matmul(rows, g, { transposeA: true }), columns)];
    },
  },
};

/** [L', L] with 1 / count where input l lies in window l'; count excludes padding unless counted. */
function windowMatrix(
  extent: number,
  windows: number,
  a: PoolAttributes & { countPadding: boolean },
  axis: number,
): Tensor {
  const data = new Float32Array(windows * extent);
  const [kernel, stride] = [a.kernel[axis]!, a.strides[axis]!];
  const [before, after] = [a.pads[axis]!, a.pads[2 + axis]!];
  for (let w = 0; w < windows; w++) {
    const start = w * stride - before;
    // A window that ceil mode lets reach past the padding counts only what exists.
    const end = Math.min(start + kernel, extent + after);
    const from = Math.max(start, 0);
    const to = Math.min(end, extent);
    const count = a.countPadding ? end - start : to - from;
    for (let l = from; l < to; l++) data[w * extent + l] = 1 / count;
  }
  return constant({ dtype: 'float32', shape: [windows, extent], data });
}

/** Options of pooling. */
export interface PoolOptions {
  /** @default the window's size */
  readonly stride?: number | readonly [number, number];
  /** On every side; `[top, left, bottom, right]` for different sides. @default 0 */
  readonly padding?: number | readonly [number, number] | readonly [number, number, number, number];
  /** Keep a last window that reaches past the image. @default false */
  readonly ceil?: boolean;
}

function toAttributes(
  kernel: number | readonly [number, number],
  options: PoolOptions,
): PoolAttributes {
  const pair = (v: number | readonly [number, number]): readonly [number, number] =>
    typeof v === 'number' ? [v, v] : v;
  const window = pair(kernel);
  const { padding = 0 } = options;
  const sides = typeof padding === 'number' ? [padding, padding] : padding;
  const pads = sides.length === 4 ? sides : [...sides, ...sides];
  const strides = options.stride === undefined ? window : pair(options.stride);
  const areWhole = [...window, ...strides, ...pads].every(Number.isInteger);
  if (
    !areWhole ||
    [...window, ...strides].some((n) => n < 1) ||
    pads.some((n, i) => n < 0 || n >= window[i % 2]!)
  ) {
    throw new LeukoscopeError(
      'NN_OPTION',
      `pooling: window and stride must be whole numbers of at least 1, padding from 0 to below the window. Received window [${window.join(', ')}], stride [${strides.join(', ')}], padding [${sides.join(', ')}].`,
    );
  }
  return {
    kernel: window,
    strides,
    pads,
    ceil: options.ceil ?? false,
  };
}

function averagePoolOf(x: Tensor, a: PoolAttributes): Tensor {
  return applyOp1(averagePoolOp, [x], { ...a, countPadding: true });
}

/** Take the largest of each window. Equal maxima of windows that tile the image share the gradient. */
export function maxPool(
  x: Tensor,
  kernel: number | readonly [number, number],
  options: PoolOptions = {},
): Tensor {
  return applyOp1(maxPoolOp, [x], toAttributes(kernel, options));
}

/** Take the largest of each window and tell where it stood, for `maxUnpool`. */
export function maxPoolWithIndices(
  x: Tensor,
  kernel: number | readonly [number, number],
  options: PoolOptions = {},
): readonly [values: Tensor, indices: Tensor] {
  const [values, indices] = applyOp(maxPoolIndicesOp, [x], toAttributes(kernel, options));
  return [values!, indices!];
}

/** Undo a max pooling: values where the maxima stood, zeros elsewhere. `shape` is that before pooling. */
export function maxUnpool(x: Tensor, indices: Tensor, shape: readonly number[]): Tensor {
  return applyOp1(maxUnpoolOp, [x, indices], { shape });
}

/** Average each window; `countPadding` divides by the whole window also at the border (PyTorch's default). */
export function averagePool(
  x: Tensor,
  kernel: number | readonly [number, number],
  options: PoolOptions & { readonly countPadding?: boolean } = {},
): Tensor {
  return applyOp1(averagePoolOp, [x], {
    ...toAttributes(kernel, options),
    countPadding: options.countPadding ?? true,
  });
}

/** Average over the whole image: [N, C, H, W] -> [N, C]. */
export function globalAveragePool(x: Tensor): Tensor {
  return mean(x, [2, 3]);
}

/**
 * Average into a grid of any size (PyTorch's adaptive_avg_pool2d): cell i covers the rows from
 * floor(i H / H') to ceil((i + 1) H / H').
 */
export function adaptiveAveragePool(x: Tensor, size: readonly [number, number]): Tensor {
  const [height, width] = x.shape.slice(2) as [number, number];
  if (height === size[0] && width === size[1]) return x;
  if (height % size[0] === 0 && width % size[1] === 0) {
    return averagePool(x, [height / size[0], width / size[1]]);
  }
  const rows = adaptiveMatrix(height, size[0]);
  const columns = adaptiveMatrix(width, size[1]);
  return matmul(matmul(rows, x), columns, { transposeB: true });
}

function adaptiveMatrix(extent: number, cells: number): Tensor {
  const data = new Float32Array(cells * extent);
  for (let i = 0; i < cells; i++) {
    const from = Math.floor((i * extent) / cells);
    const to = Math.ceil(((i + 1) * extent) / cells);
    data.fill(1 / (to - from), i * extent + from, i * extent + to);
  }
  return constant({ dtype: 'float32', shape: [cells, extent], data });
}

/** Cut or zero-pad the far side of the image axes to a size. */
export function fitImage(x: Tensor, size: readonly [number, number]): Tensor {
  const [height, width] = x.shape.slice(2) as [number, number];
  const cut = slice(
    x,
    [0, 0, 0, 0],
    [...x.shape.slice(0, 2), Math.min(height, size[0]), Math.min(width, size[1])],
  );
  return pad(
    cut,
    [0, 0, 0, 0],
    [0, 0, Math.max(0, size[0] - height), Math.max(0, size[1] - width)],
  );
}
