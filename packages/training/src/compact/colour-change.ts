/**
 * @file A random change of light, camera and stain as three tables and one matrix, fast enough to make
 * for every crop.
 *
 *   c' = M T(c):  T_c(v) = 255 g_c (v / 255)^γ + b,  M = hue turn · saturation about the grey axis
 */
import type { Random } from '@leukoscope/core';

/** Change RGB values in place. */
export interface ColourChange {
  readonly tables: readonly [Float32Array, Float32Array, Float32Array];
  /** Row-major 3 x 3. */
  readonly matrix: Float64Array;
}

/** Draw a change; strength 0 leaves everything as it is, 1 is what slides and cameras do. */
export function drawColourChange(random: Random, strength: number): ColourChange {
  const gamma = Math.exp(random.normal(0, 0.18 * strength));
  const light = Math.exp(random.normal(0, 0.09 * strength));
  const shift = random.normal(0, 8 * strength);
  // The light is balanced before; where no glass is in view it is taken wrongly: gains around a circle of hues.
  const cast = random.chance(0.25) ? random.uniform(0, 0.3 * strength) : 0;
  const tint = random.uniform(0, 2 * Math.PI);
  const table = (channel: number) => {
    const tinted = 1 + cast * Math.cos(tint + (channel * 2 * Math.PI) / 3);
    const gain = light * tinted * Math.exp(random.normal(0, 0.06 * strength));
    const own = gamma * Math.exp(random.normal(0, 0.07 * strength));
    return Float32Array.from({ length: 256 }, (_, v) => 255 * gain * (v / 255) ** own + shift);
  };
  const saturation = Math.exp(random.normal(0, 0.22 * strength));
  const hue = random.normal(0, 0.12 * strength);
  return { tables: [table(0), table(1), table(2)], matrix: chromaMatrix(hue, saturation) };
}

/** Turn by an angle about the grey axis (Rodrigues), times a factor off it. */
function chromaMatrix(angle: number, factor: number): Float64Array {
  const c = factor * Math.cos(angle);
  const s = (factor * Math.sin(angle)) / Math.sqrt(3);
  const grey = (1 - c) / 3;
  return Float64Array.of(
    c + grey,
    grey - s,
    grey + s,
    grey + s,
    c + grey,
    grey - s,
    grey - s,
    grey + s,
    c + grey,
  );
}

/** Apply a change to planes [3, plane] of values in 0..255 that begin at `offset`; a red below 0 stays. */
export function changeColoursInPlace(
  data: Float32Array,
  offset: number,
  plane: number,
  { tables, matrix: m }: ColourChange,
): void {
  const [red, green, blue] = tables;
  const g = offset + plane;
  const b = offset + 2 * plane;
  for (let i = 0; i < plane; i++) {
    if (data[offset + i]! < 0) continue; // no picture there
    const x = red[(data[offset + i]! + 0.5) | 0]!;
    const y = green[(data[g + i]! + 0.5) | 0]!;
    const z = blue[(data[b + i]! + 0.5) | 0]!;
    data[offset + i] = clip(m[0]! * x + m[1]! * y + m[2]! * z);
    data[g + i] = clip(m[3]! * x + m[4]! * y + m[5]! * z);
    data[b + i] = clip(m[6]! * x + m[7]! * y + m[8]! * z);
  }
}

function clip(value: number): number {
  return value < 0 ? 0 : value > 255 ? 255 : value;
}
