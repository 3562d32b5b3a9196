/**
 * @file How many lobes a nucleus has: parts that are clearly thicker than what joins them.
 *
 * With D the distance to the border, a part is a peak of D that is reached before any higher one when D is lowered from
 * the top; it is a lobe where the neck to the higher one is thin, D_neck <= `neck` D_peak, and where it is no mere bump,
 * D_peak >= `least` of the highest. (Persistence of peaks, Edelsbrunner et al. 2002; the distance transform of watershed
 * separation.) A band is as thick everywhere and counts as one.
 */
import type { Mask } from '@leukoscope/core';
import { squaredDistances } from '@leukoscope/image';

/** Necks of at most this share of the lobe's own thickness part two lobes. */
const neck = 0.6;
/** Thinner parts than this share of the thickest are no lobes. */
const least = 0.4;

/** Count the lobes of a nucleus; 0 where nothing is set. */
export function countLobes(nucleus: Mask): number {
  const { width, height } = nucleus;
  const squared = squaredDistances(bordered(nucleus)).data;
  const W = width + 2;
  const set = fromTheTop(squared);
  if (set.length === 0) return 0;
  const highest = Math.sqrt(squared[set[0]!]!);
  const parent = new Int32Array(W * (height + 2)).fill(-1);
  const rootOf = (i: number): number => {
    let root = i;
    while (parent[root] !== root) root = parent[root]!;
    for (let at = i; at !== root; ) {
      const next = parent[at]!;
      parent[at] = root;
      at = next;
    }
    return root;
  };
  const steps = [-W - 1, -W, -W + 1, -1, 1, W - 1, W, W + 1];
  let lobes = 0;
  for (const i of set) {
    parent[i] = i;
    for (const step of steps) {
      if (parent[i + step] === -1) continue;
      const [a, b] = [rootOf(i), rootOf(i + step)];
      if (a === b) continue;
      // A root is the first, so the highest, of its part.
      const [high, low] = squared[a]! >= squared[b]! ? [a, b] : [b, a];
      if (isLobe(squared[low]!, squared[i]!, highest)) lobes++;
      parent[low] = high;
    }
  }
  // What never met a higher peak.
  for (const i of set) if (parent[i] === i && isLobe(squared[i]!, 0, highest)) lobes++;
  return lobes;
}

/** Places of what is set, the highest first. */
function fromTheTop(squared: Float64Array): Int32Array {
  const count = squared.length;
  // Squared distances are whole numbers: with the place behind them one sort without a comparison function does.
  const keys = new Float64Array(count);
  let set = 0;
  for (let i = 0; i < count; i++) if (squared[i]! > 0) keys[set++] = squared[i]! * count + i;
  return Int32Array.from(keys.subarray(0, set).sort().reverse(), (key) => key % count);
}

function isLobe(squaredPeak: number, squaredNeck: number, highest: number): boolean {
  const peak = Math.sqrt(squaredPeak);
  return peak >= least * highest && Math.sqrt(squaredNeck) <= neck * peak;
}

/** With a border of unset pixels: distances are told to those only that are looked at. */
function bordered({ width, height, data }: Mask): Mask {
  const out = new Uint8Array((width + 2) * (height + 2));
  for (let y = 0; y < height; y++) {
    out.set(data.subarray(y * width, (y + 1) * width), (y + 1) * (width + 2) + 1);
  }
  return { width: width + 2, height: height + 2, data: out };
}
