/** @file Float64 arrays with a shape, for twins of the ops written as plain loops: slow and obvious. */

/** Row-major values. */
export interface Nd {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

/** Count the elements of a shape. */
export const countOf = (shape: readonly number[]): number => shape.reduce((p, n) => p * n, 1);

/** Visit every index of a shape, the last axis fastest; the array is reused between visits. */
export function forEachIndex(
  shape: readonly number[],
  visit: (index: readonly number[], flat: number) => void,
): void {
  const index = shape.map(() => 0);
  const count = countOf(shape);
  for (let flat = 0; flat < count; flat++) {
    visit(index, flat);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis]! += 1;
      if (index[axis]! < shape[axis]!) break;
      index[axis] = 0;
    }
  }
}

/** Make an array from a function of the index. */
export function ndOf(shape: readonly number[], value: (index: readonly number[]) => number): Nd {
  const data = new Float64Array(countOf(shape));
  forEachIndex(shape, (index, flat) => {
    data[flat] = value(index);
  });
  return { shape, data };
}

/** Where an index stands in the flat data. */
export function offsetOf(shape: readonly number[], index: readonly number[]): number {
  let offset = 0;
  for (let axis = 0; axis < shape.length; axis++) offset = offset * shape[axis]! + index[axis]!;
  return offset;
}

/** Read one element. */
export const at = (a: Nd, index: readonly number[]): number => a.data[offsetOf(a.shape, index)]!;

/** Read one element, 0 outside. */
export function atOrZero(a: Nd, index: readonly number[]): number {
  const isInside = index.every((i, axis) => i >= 0 && i < a.shape[axis]!);
  return isInside ? at(a, index) : 0;
}

/** Read the element that broadcasting puts at an index of a larger shape. */
export function broadcastAt(a: Nd, index: readonly number[]): number {
  const lead = index.length - a.shape.length;
  return at(
    a,
    a.shape.map((extent, axis) => (extent === 1 ? 0 : index[lead + axis]!)),
  );
}

/** Apply a function to every element. */
export const mapNd = (a: Nd, f: (x: number) => number): Nd => ({
  shape: a.shape,
  data: a.data.map(f),
});

/** Apply a function to pairs of elements, with NumPy's broadcasting. */
export function zipNd(a: Nd, b: Nd, f: (x: number, y: number) => number): Nd {
  const rank = Math.max(a.shape.length, b.shape.length);
  const extentOf = (shape: readonly number[], axis: number) =>
    shape[shape.length - rank + axis] ?? 1;
  const shape = Array.from({ length: rank }, (_, axis) =>
    Math.max(extentOf(a.shape, axis), extentOf(b.shape, axis)),
  );
  return ndOf(shape, (index) => f(broadcastAt(a, index), broadcastAt(b, index)));
}

/** Give the same elements another shape. */
export const reshapeNd = (a: Nd, shape: readonly number[]): Nd => ({ shape, data: a.data });

/** Reorder axes. */
export function transposeNd(a: Nd, order: readonly number[]): Nd {
  const shape = order.map((axis) => a.shape[axis]!);
  return ndOf(shape, (index) => {
    const source: number[] = [];
    order.forEach((axis, i) => {
      source[axis] = index[i]!;
    });
    return at(a, source);
  });
}

/** Reduce the elements of some axes to one number. */
export function reduceNd(
  a: Nd,
  axes: readonly number[],
  keepDims: boolean,
  f: (values: readonly number[]) => number,
): Nd {
  const kept = a.shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent));
  const buckets = Array.from({ length: countOf(kept) }, (): number[] => []);
  forEachIndex(a.shape, (index, flat) => {
    const target = index.map((i, axis) => (axes.includes(axis) ? 0 : i));
    buckets[offsetOf(kept, target)]!.push(a.data[flat]!);
  });
  const shape = keepDims ? kept : a.shape.filter((_, axis) => !axes.includes(axis));
  return { shape, data: Float64Array.from(buckets, f) };
}

/** Matrix product over the last two axes, with NumPy's broadcasting of the others. */
export function matmulNd(a: Nd, b: Nd): Nd {
  const [m, k] = a.shape.slice(-2) as [number, number];
  const n = b.shape.at(-1)!;
  const lead = zipNd(
    ndOf(a.shape.slice(0, -2), () => 0),
    ndOf(b.shape.slice(0, -2), () => 0),
    () => 0,
  ).shape;
  return ndOf([...lead, m, n], (index) => {
    const batch = index.slice(0, -2);
    const [i, j] = index.slice(-2) as [number, number];
    let total = 0;
    for (let t = 0; t < k; t++) {
      total += broadcastAt(a, [...batch, i, t]) * broadcastAt(b, [...batch, t, j]);
    }
    return total;
  });
}

/** Exchange the last two axes. */
export function swapLastNd(a: Nd): Nd {
  const order = a.shape.map((_, axis) => axis);
  const rank = order.length;
  return transposeNd(a, [...order.slice(0, -2), rank - 1, rank - 2]);
}
