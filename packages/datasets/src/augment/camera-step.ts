/**
 * @file What lamp, camera and the developing of pictures do to colours, as three tables and one matrix:
 *
 *   c' = M T(c):  T_c(v) = 255 g_c (v / 255)^γ_c + b,  M = hue turn · saturation about the grey axis
 *
 * And poor light: a share of all of it, more at one side, with the sensor's noise, balanced afterwards.
 */
import type { Random, RgbRaster } from '@leukoscope/core';
import { clampByte } from '@leukoscope/image';
import type { StepOf } from './recipe.ts';

/** Change colours; strength 1 is what slides and cameras do. */
export function changeCameraInPlace({ data }: RgbRaster, strength: number, draw: Random): void {
  const spread = (deviation: number) => Math.exp(draw.normal(0, deviation * strength));
  const gamma = spread(0.18);
  const light = spread(0.09);
  const shift = draw.normal(0, 8 * strength);
  // The light is balanced before; where no glass is in view it is taken wrongly: gains around a circle of hues.
  const cast = draw.chance(0.25) ? draw.uniform(0, 0.3 * strength) : 0;
  const tint = draw.uniform(0, 2 * Math.PI);
  const [red, green, blue] = [0, 1, 2].map((channel) => {
    const tinted = 1 + cast * Math.cos(tint + (channel * 2 * Math.PI) / 3);
    const gain = light * tinted * spread(0.06);
    const own = gamma * spread(0.07);
    return Float32Array.from({ length: 256 }, (_, v) => 255 * gain * (v / 255) ** own + shift);
  }) as [Float32Array, Float32Array, Float32Array];
  const saturation = spread(0.22);
  const m = chromaMatrix(draw.normal(0, 0.12 * strength), saturation);
  for (let i = 0; i < data.length; i += 3) {
    const x = red[data[i]!]!;
    const y = green[data[i + 1]!]!;
    const z = blue[data[i + 2]!]!;
    for (let c = 0; c < 3; c++)
      data[i + c] = clampByte(m[3 * c]! * x + m[3 * c + 1]! * y + m[3 * c + 2]! * z);
  }
}

/** Turn by an angle about the grey axis (Rodrigues), times a factor off it. */
function chromaMatrix(angle: number, factor: number): Float64Array {
  const c = factor * Math.cos(angle);
  const s = (factor * Math.sin(angle)) / Math.sqrt(3);
  const grey = (1 - c) / 3;
  const [same, next, last] = [c + grey, grey - s, grey + s];
  return Float64Array.of(same, next, last, last, same, next, next, last, same);
}

/** Take light away and balance what is left: the fall-off along one direction stays, and noise that grows with the gain. */
export function dimInPlace(raster: RgbRaster, step: StepOf<'poor-light'>, draw: Random): number {
  const { width, height, data } = raster;
  const left = draw.uniform(...step.left);
  const slope = draw.uniform(...step.slope);
  const angle = draw.uniform(0, 2 * Math.PI);
  const [alongX, alongY] = [Math.cos(angle) * slope, Math.sin(angle) * slope];
  const noise = draw.uniform(...step.noise);
  const table = Float32Array.from({ length: 1021 }, () => draw.normal(0, noise));
  let at = draw.integer(0, table.length);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const light = left * (1 + alongX * (x / width - 0.5) + alongY * (y / height - 0.5));
      for (let c = 0; c < 3; c++, i++) {
        const value = data[i]! * light;
        data[i] = clampByte((value + table[at]! * Math.sqrt((value + 4) / 128)) / left);
        // Steps of 7 and 8 keep the table's period out of step with the rows.
        at = (at + 7 + (i & 1)) % table.length;
      }
    }
  }
  return left;
}
