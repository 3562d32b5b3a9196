/** @file Rules of shapes: broadcasting, axes, windows. The extents follow NumPy and ONNX. */
import { LeukoscopeError, type Shape } from '@leukoscope/core';

/** Broadcast two shapes (NumPy's rule), or return undefined where they do not fit. */
export function broadcastShapes(a: Shape, b: Shape): Shape | undefined {
  const rank = Math.max(a.length, b.length);
  const shape: number[] = [];
  for (let i = 0; i < rank; i++) {
    const extentA = a[a.length - rank + i] ?? 1;
    const extentB = b[b.length - rank + i] ?? 1;
    if (extentA !== extentB && extentA !== 1 && extentB !== 1) return undefined;
    shape.push(extentA === 1 ? extentB : extentA);
  }
  return shape;
}

/** Tell whether two shapes are equal. */
export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((extent, i) => extent === b[i]);
}

/** Turn axes that may count from the end (-1 is the last) into sorted axes from the start. */
export function normaliseAxes(opName: string, axes: readonly number[], rank: number): number[] {
  const normal = axes.map((axis) => normaliseAxis(opName, axis, rank));
  if (new Set(normal).size !== normal.length) {
    throw new LeukoscopeError(
      'NN_AXIS',
      `${opName}: axes must differ. Received [${axes.join(', ')}].`,
    );
  }
  return normal.sort((a, b) => a - b);
}

/** Turn one axis that may count from the end into one from the start. */
export function normaliseAxis(opName: string, axis: number, rank: number): number {
  if (!Number.isInteger(axis) || axis < -rank || axis >= rank) {
    throw new LeukoscopeError(
      'NN_AXIS',
      `${opName}: axis must be a whole number from ${-rank} to ${rank - 1}. Received ${axis}.`,
    );
  }
  return axis < 0 ? axis + rank : axis;
}

/** Return the extent after a window of `kernel` with `dilation` slides by `stride` over `extent`. */
export function windowExtent(
  extent: number,
  kernel: number,
  stride: number,
  padBegin: number,
  padEnd: number,
  dilation: number,
  ceil = false,
): number {
  // floor((L + p0 + p1 - d(k - 1) - 1) / s) + 1
  const span = extent + padBegin + padEnd - dilation * (kernel - 1) - 1;
  if (!ceil) return Math.floor(span / stride) + 1;
  const steps = Math.ceil(span / stride);
  // As PyTorch: the last window must start inside the image or its leading padding.
  return steps * stride >= extent + padBegin ? steps : steps + 1;
}

/** Return the axes of `from` that must be summed so that it becomes `to` (undoing a broadcast). */
export function reducedAxes(from: Shape, to: Shape): number[] {
  const lead = from.length - to.length;
  return from.flatMap((extent, i) => (i < lead || (to[i - lead] === 1 && extent !== 1) ? [i] : []));
}
