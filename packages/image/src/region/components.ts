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
  const { runs, ids, count } = connectRuns(mask, connectivity);
  runs.forEach(({ start, end }, run) => {
    data.fill(ids[run]!, start, end);
  });
  return { width, height, count, data };
}

/** Set pixels of one row, from `start` to before `end` in the mask's data. */
interface Run {
  readonly start: number;
  readonly end: number;
}

/**
 * The set pixels as runs along rows, and each run's component: 1..count in the order of the components' first pixels.
 * A mask has far fewer runs than pixels, so runs are joined, not pixels (union-find over touching rows).
 */
function connectRuns(mask: Mask, connectivity: 4 | 8) {
  const { width } = mask;
  const runs = runsOf(mask);
  // Of each run: an earlier one of its component, or itself.
  const parents = Int32Array.from(runs.keys());
  const rootOf = (run: number): number => {
    let root = run;
    while (parents[root] !== root) root = parents[root]!;
    parents[run] = root;
    return root;
  };
  const corner = connectivity === 8 ? 1 : 0;
  // Two pointers, both only forwards: the run, and the first one above that may touch it.
  let above = 0;
  for (const [run, { start, end }] of runs.entries()) {
    const row = Math.floor(start / width);
    const from = Math.max(row * width, start - corner) - width;
    const to = Math.min((row + 1) * width, end + corner) - width;
    while (runs[above]!.end <= from) above++;
    for (let other = above; runs[other]!.start < to; other++) {
      const [a, b] = [rootOf(run), rootOf(other)];
      parents[Math.max(a, b)] = Math.min(a, b);
    }
  }
  // Roots are their components' first runs, so those before have their number already.
  const ids = new Int32Array(runs.length);
  let count = 0;
  for (let run = 0; run < runs.length; run++) {
    const root = rootOf(run);
    ids[run] = root === run ? ++count : ids[root]!;
  }
  return { runs, ids, count };
}

function runsOf({ width, height, data }: Mask): Run[] {
  const runs: Run[] = [];
  for (let y = 0; y < height; y++) {
    const next = (y + 1) * width;
    for (let i = y * width; i < next; i++) {
      if (data[i] === 0) continue;
      const start = i;
      while (i < next && data[i] !== 0) i++;
      runs.push({ start, end: i });
    }
  }
  return runs;
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
  return keepComponents(mask, connectivity, (areas) => areas.map((area) => area >= minArea));
}

/** Keep only the largest component; of equal ones the first. */
export function keepLargestRegion(mask: Mask, connectivity: 4 | 8 = 8): Mask {
  return keepComponents(mask, connectivity, (areas) => {
    const largest = areas.indexOf(areas.reduce((a, b) => Math.max(a, b), 0));
    return areas.map((_, i) => i === largest);
  });
}

/** Keep the components that `choose` says, by their areas. */
function keepComponents(
  mask: Mask,
  connectivity: 4 | 8,
  choose: (areas: readonly number[]) => readonly boolean[],
): Mask {
  const { runs, ids, count } = connectRuns(mask, connectivity);
  const areas = new Array<number>(count).fill(0);
  runs.forEach(({ start, end }, run) => {
    areas[ids[run]! - 1]! += end - start;
  });
  const isKept = choose(areas);
  const out = createMask(mask);
  runs.forEach(({ start, end }, run) => {
    if (isKept[ids[run]! - 1]) out.data.fill(1, start, end);
  });
  return out;
}
