/** @file Connected components of a mask, as an instance map or as placed masks. */
import { createMask, type Mask, type PlacedMask, type Size } from '@leukoscope/core';

/** Per-pixel instance id, 0 = none, 1..count in the order of each component's first pixel. */
export interface InstanceMap extends Size {
  readonly count: number;
  readonly data: Int32Array;
}

/** Number the connected components of a mask. */
export function labelComponents(mask: Mask, connectivity: 4 | 8 = 8): InstanceMap {
  const { width, height } = mask;
  const data = new Int32Array(width * height);
  const stack = new Int32Array(width * height);
  let count = 0;
  for (let seed = 0; seed < data.length; seed++) {
    if (mask.data[seed] === 0 || data[seed] !== 0) continue;
    count += 1;
    let depth = 0;
    const visit = (i: number) => {
      if (mask.data[i] === 0 || data[i] !== 0) return;
      data[i] = count;
      stack[depth++] = i;
    };
    visit(seed);
    while (depth > 0) {
      const i = stack[--depth]!;
      const x = i % width;
      const hasLeft = x > 0;
      const hasRight = x < width - 1;
      const hasUp = i >= width;
      const hasDown = i < data.length - width;
      if (hasLeft) visit(i - 1);
      if (hasRight) visit(i + 1);
      if (hasUp) visit(i - width);
      if (hasDown) visit(i + width);
      if (connectivity === 4) continue;
      if (hasUp && hasLeft) visit(i - width - 1);
      if (hasUp && hasRight) visit(i - width + 1);
      if (hasDown && hasLeft) visit(i + width - 1);
      if (hasDown && hasRight) visit(i + width + 1);
    }
  }
  return { width, height, count, data };
}

/** Cut every instance out as its own placed mask; ids without pixels are left out. */
export function toPlacedMasks(map: InstanceMap): PlacedMask[] {
  const { width, height, count, data } = map;
  const left = new Int32Array(count + 1).fill(width);
  const top = new Int32Array(count + 1).fill(height);
  const right = new Int32Array(count + 1).fill(-1);
  const bottom = new Int32Array(count + 1).fill(-1);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const id = data[i]!;
      if (id === 0) continue;
      left[id] = Math.min(left[id]!, x);
      right[id] = Math.max(right[id]!, x);
      top[id] = Math.min(top[id]!, y);
      bottom[id] = Math.max(bottom[id]!, y);
    }
  }
  const placed: PlacedMask[] = [];
  for (let id = 1; id <= count; id++) {
    if (right[id]! < 0) continue;
    const mask = createMask({
      width: right[id]! - left[id]! + 1,
      height: bottom[id]! - top[id]! + 1,
    });
    for (let y = 0; y < mask.height; y++) {
      const row = (top[id]! + y) * width + left[id]!;
      for (let x = 0; x < mask.width; x++) {
        if (data[row + x] === id) mask.data[y * mask.width + x] = 1;
      }
    }
    placed.push({ left: left[id]!, top: top[id]!, mask });
  }
  return placed;
}

/** Unset every component of fewer than `minArea` pixels. */
export function removeSmallRegions(mask: Mask, minArea: number, connectivity: 4 | 8 = 8): Mask {
  const map = labelComponents(mask, connectivity);
  const areas = new Int32Array(map.count + 1);
  for (const id of map.data) areas[id] = areas[id]! + 1;
  const out = createMask(mask);
  for (let i = 0; i < out.data.length; i++) {
    const id = map.data[i]!;
    if (id !== 0 && areas[id]! >= minArea) out.data[i] = 1;
  }
  return out;
}

/** Keep only the largest component; of equal ones the first. */
export function keepLargestRegion(mask: Mask, connectivity: 4 | 8 = 8): Mask {
  const map = labelComponents(mask, connectivity);
  const areas = new Int32Array(map.count + 1);
  for (const id of map.data) areas[id] = areas[id]! + 1;
  let best = 1;
  for (let id = 2; id <= map.count; id++) if (areas[id]! > areas[best]!) best = id;
  return {
    width: mask.width,
    height: mask.height,
    data: Uint8Array.from(map.data, (id) => (id === best ? 1 : 0)),
  };
}
