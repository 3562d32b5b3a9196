/**
 * @file Smooth noise on the plane, for chromatin, cytoplasm and paper-fine unevenness.
 *
 * Value noise on a lattice of random numbers that repeats every 256 units, far more than a cell is
 * wide. The lattice is one fixed table: cells differ by the place they read it at, so that a field
 * does not pay for new tables.
 */
import { createRandom } from '@leukoscope/core';

const side = 256;
const lattice = makeLattice();

/** Return smooth noise in -1..1 with features about 1 unit wide. */
export function smoothNoise(x: number, y: number): number {
  const left = Math.floor(x);
  const top = Math.floor(y);
  let u = x - left;
  let v = y - top;
  u = u * u * (3 - 2 * u);
  v = v * v * (3 - 2 * v);
  const x0 = left & 255;
  const x1 = (left + 1) & 255;
  const row0 = (top & 255) << 8;
  const row1 = ((top + 1) & 255) << 8;
  const upper = lattice[row0 | x0]! * (1 - u) + lattice[row0 | x1]! * u;
  const lower = lattice[row1 | x0]! * (1 - u) + lattice[row1 | x1]! * u;
  return upper * (1 - v) + lower * v;
}

/** Return three octaves of noise, about -1..1; each is turned, which hides the lattice's axes. */
export function fractalNoise(x: number, y: number): number {
  return (
    0.52 * smoothNoise(x, y) +
    0.48 * smoothNoise(1.6 * x - 1.2 * y + 17.3, 1.2 * x + 1.6 * y + 5.1) +
    0.26 * smoothNoise(1.12 * x + 3.84 * y + 41.7, -3.84 * x + 1.12 * y + 73.9)
  );
}

/** Return strands: 1 on the lines where two octaves of noise change sign, falling to -1 away. */
export function strandNoise(x: number, y: number): number {
  const n =
    0.7 * smoothNoise(x, y) + 0.4 * smoothNoise(1.5 * x - 1.3 * y + 9.7, 1.3 * x + 1.5 * y + 31);
  return 1 - 4 * Math.min(0.5, Math.abs(n));
}

/** Move from 0 to 1 as `value` goes from `low` to `high`, with flat ends; `low` may be the larger. */
export function smoothStep(low: number, high: number, value: number): number {
  let t = (value - low) / (high - low);
  if (t <= 0) return 0;
  if (t >= 1) return 1;
  t = t * t * (3 - 2 * t);
  return t;
}

function makeLattice(): Float32Array {
  const random = createRandom(0x5eed);
  return Float32Array.from({ length: side * side }, () => random.uniform(-1, 1));
}
