/**
 * @file Watershed from markers: floods the levels from the markers upward, lowest pixel first.
 *
 * Priority flood (Beucher and Meyer; Soille and Vincent 1990) with the tie rule of
 * skimage.segmentation.watershed: equal levels in the order in which pixels were reached.
 */
import { LeukoscopeError, type Mask, type Size } from '@leukoscope/core';
import type { InstanceMap } from '../region/components.ts';

/** Options of `watershed`. */
export interface WatershedOptions {
  /** Pixels outside stay 0. @default undefined (everything is flooded) */
  readonly within?: Mask;
  /** Neighbours: 4 or 8. @default 4 */
  readonly connectivity?: 4 | 8;
}

/** Give each pixel the number of the marker whose flood reaches it first. */
export function watershed(
  levels: Size & { readonly data: ArrayLike<number> },
  markers: InstanceMap,
  options: WatershedOptions = {},
): InstanceMap {
  const { within, connectivity = 4 } = options;
  const { width, height } = levels;
  for (const other of [markers, within]) {
    if (other === undefined || (other.width === width && other.height === height)) continue;
    throw new LeukoscopeError(
      'WATERSHED_SIZE',
      `markers and mask must have the size of the levels, ${width} x ${height}. Received ${other.width} x ${other.height}.`,
    );
  }
  const ids = new Int32Array(width * height);
  const queue = createQueue();
  for (let i = 0; i < ids.length; i++) {
    if (markers.data[i] === 0 || within?.data[i] === 0) continue;
    ids[i] = markers.data[i]!;
    queue.push(levels.data[i]!, i);
  }
  const flood = (from: number, to: number) => {
    if (ids[to] !== 0 || within?.data[to] === 0) return;
    ids[to] = ids[from]!;
    queue.push(levels.data[to]!, to);
  };
  for (let i = queue.pop(); i >= 0; i = queue.pop()) {
    const x = i % width;
    const y = (i - x) / width;
    // Row-major order of neighbours, part of the tie rule.
    for (let dy = -1; dy <= 1; dy++) {
      for (let dx = -1; dx <= 1; dx++) {
        if ((dx === 0 && dy === 0) || (connectivity === 4 && dx !== 0 && dy !== 0)) continue;
        if (x + dx < 0 || x + dx >= width || y + dy < 0 || y + dy >= height) continue;
        flood(i, i + dy * width + dx);
      }
    }
  }
  return { width, height, count: markers.count, data: ids };
}

/** Binary heap over (level, age); `pop` returns -1 when empty. */
function createQueue() {
  const level: number[] = [];
  const age: number[] = [];
  const pixel: number[] = [];
  let pushed = 0;
  const before = (a: number, b: number) =>
    level[a]! < level[b]! || (level[a]! === level[b]! && age[a]! < age[b]!);
  const swap = (a: number, b: number) => {
    for (const column of [level, age, pixel]) [column[a], column[b]] = [column[b]!, column[a]!];
  };
  return {
    push(value: number, index: number): void {
      let at = pixel.length;
      level.push(value);
      age.push(pushed++);
      pixel.push(index);
      while (at > 0) {
        const parent = (at - 1) >> 1;
        if (!before(at, parent)) break;
        swap(at, parent);
        at = parent;
      }
    },
    pop(): number {
      if (pixel.length === 0) return -1;
      swap(0, pixel.length - 1);
      const index = pixel.pop()!;
      level.pop();
      age.pop();
      for (let at = 0; ; ) {
        const left = 2 * at + 1;
        if (left >= pixel.length) break;
        const right = left + 1;
        const child = right < pixel.length && before(right, left) ? right : left;
        if (!before(child, at)) break;
        swap(at, child);
        at = child;
      }
      return index;
    },
  };
}
