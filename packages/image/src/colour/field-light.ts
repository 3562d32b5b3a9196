/**
 * @file The light of a field, and what brings it to the light that models of balanced fields know.
 *
 * Lamps, cameras and white balances differ more than stains do: empty glass measures (149, 172, 160) on one
 * microscope and (254, 229, 204) on another. Glass is the bright end of every field, so each channel is scaled
 * until its 92nd percentile is `glass`, in training and at inference alike:
 *
 *   v' = min(255, g_c v),  g_c = glass / P92(v_c)
 */
import { createRgbRaster, type RgbRaster } from '@leukoscope/core';

/** Factors of red, green and blue. */
export type Gains = readonly [number, number, number];

/** What empty glass becomes, in every channel. */
export const glass = 235;

/** No change of light. */
export const unchangedLight: Gains = [1, 1, 1];

const brightShare = 0.08;
/** Pixels that are looked at: a percentile needs no more. */
const sampledPixels = 40_000;
/** A field without light or glass must not become noise or black. */
const [lowestGain, highestGain] = [0.6, 8];

/** Estimate the factors that bring a field to balanced light. */
export function fieldGains({ data }: RgbRaster): Gains {
  const pixels = data.length / 3;
  // An odd step that is no divisor of usual widths, so that samples do not fall into columns.
  const step = Math.max(1, 2 * Math.floor(pixels / sampledPixels / 2) + 1);
  const histograms = [new Int32Array(256), new Int32Array(256), new Int32Array(256)] as const;
  let count = 0;
  for (let i = 0; i < data.length - 2; i += 3 * step, count++) {
    for (let c = 0; c < 3; c++) histograms[c]![data[i + c]!]!++;
  }
  const gain = (histogram: Int32Array) => {
    let above = 0;
    let bright = 255;
    while (bright > 1 && above + histogram[bright]! <= brightShare * count) {
      above += histogram[bright]!;
      bright--;
    }
    return Math.min(highestGain, Math.max(lowestGain, glass / bright));
  };
  return [gain(histograms[0]), gain(histograms[1]), gain(histograms[2])];
}

/** Return the field in balanced light. */
export function balanceField(raster: RgbRaster): RgbRaster {
  const tables = fieldGains(raster).map((gain) =>
    Uint8Array.from({ length: 256 }, (_, value) => Math.min(255, Math.round(value * gain))),
  ) as [Uint8Array, Uint8Array, Uint8Array];
  const out = createRgbRaster(raster);
  for (let i = 0; i < out.data.length; i += 3) {
    for (let c = 0; c < 3; c++) out.data[i + c] = tables[c]![raster.data[i + c]!]!;
  }
  return out;
}
